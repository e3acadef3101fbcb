#!/usr/bin/env bash
# Simulates sequences and trains the four shipped networks on them, from a random start, as far as two CPU cores go: about
# three hours. A training that was stopped goes on. Checkpoints and logs: runs/first/*/best.safetensors, log.csv.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

make_environment ''
runs=runs/first

# simulate DATASET FOLDER FRAMES SEED OPTIONS...: sequence 01 to train on, and a short 02 of another seed to validate on
simulate() {
    local dataset=$1 folder=$2 frames=$3 seed=$4
    shift 4
    "$python" -m ctc_submission simulate "$dataset" "$folder" --whole-truth --frames "$frames" --seed "$seed" "$@"
    "$python" -m ctc_submission simulate "$dataset" "$folder" --whole-truth --frames 3 --seed "$((seed + 100))" \
        --sequence 02 "$@"
}

# train NAME EPOCHS DATASET TASK FOLDERS... -- OPTIONS...
train() {
    local name=$1 epochs=$2 dataset=$3 task=$4
    shift 4
    "$python" -m ctc_submission train "$@" --dataset "$dataset" --task "$task" --output "$runs/$name" \
        --epochs "$epochs" --samples-per-epoch 480 --training-data "simulated sequences ($dataset)"
}

tric=Fluo-N3DL-TRIC mda231=Fluo-C3DL-MDA231 a549=Fluo-C3DH-A549-SIM
simulate $tric $runs/nuclei/wide 24 100 --varied --scale 0.35
simulate $tric $runs/nuclei/close 24 101 --varied --scale 0.12
simulate $tric $runs/nuclei/plain 3 102 --scale 0.8
simulate $mda231 $runs/mda231/varied 14 100 --varied
simulate $mda231 $runs/mda231/plain 6 100
simulate $a549 $runs/a549/varied 12 100 --varied
simulate $a549 $runs/a549/plain 4 100

train tric 16 $tric segmentation $runs/nuclei/* --tiles 6 --crop 256 --zoom 0.65 1.5 --patience 2
train mda231 6 $mda231 segmentation $runs/mda231/* --crop 192 --patience 1 --learning-rate 7e-4 \
    --start-from $runs/tric/best.safetensors
train centres 6 $mda231 centres $runs/mda231/* --crop 192 --patience 1 --learning-rate 7e-4 \
    --start-from $runs/mda231/best.safetensors
train a549 3 $a549 segmentation $runs/a549/* --crop 256 --patience 1 --learning-rate 7e-4 \
    --start-from $runs/tric/best.safetensors
say "Done: $runs/tric, mda231, centres and a549, each with best.safetensors."
