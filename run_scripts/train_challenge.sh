#!/usr/bin/env bash
# Trains the small networks (EfficientNet-Lite0) of the challenge's datasets on simulated frames, starting from the general
# model of nuclei, and fits their thresholds on other simulated frames. A training that was stopped resumes. On one core: 60
# minutes for mda231, 40 for tric, 20 for a549.
#
# Arguments: any of mda231, tric, a549; all if none is given.
# RUNS     folder for data, checkpoints and fitted configurations; runs/challenge if not set
# EPOCHS   of each training; 20, 18 and 4 if not set
# FRAMES   simulated frames to train on; 40, 12 and 24 if not set
# DEVICE   auto, cpu, cuda, ...; auto if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

make_environment '[train]'
runs=${RUNS:-runs/challenge}

# simulate DATASET FOLDER SEQUENCE FRAMES SEED OPTIONS...
simulate() {
    "$python" -m ctc_submission simulate "$1" "$2" --sequence "$3" --frames "$4" --seed "$5" "${@:6}"
}

# learn DATASET FRAMES SEED EPOCHS OPTIONS...: trains on varied frames, validates on a plain sequence of the next seed
learn() {
    local dataset=$1 folder=$runs/data/$1
    simulate "$dataset" "$folder" 01 "${FRAMES:-$2}" "$3" --varied --annotate frames
    "$python" -m ctc_submission train "$folder" --dataset "$dataset" --output "$runs/$dataset" --epochs "${EPOCHS:-$4}" \
        --coloring intensity --start-from models/nuclei-lite0.safetensors --schedule cosine --precision single \
        --device "${DEVICE:-auto}" --license "CC BY 3.0" --training-data "simulated ($dataset)" "${@:5}"
}

# fit DATASET FRAMES SEED OPTIONS...: sequences 01 and 02 of two seeds
fit() {
    local dataset=$1 folder=$runs/fit/$1
    simulate "$dataset" "$folder" 01 "$2" "$3" "${@:4}"
    simulate "$dataset" "$folder" 02 "$2" "$(($3 + 1))" "${@:4}"
    "$python" -m ctc_submission fit "$folder" --sequences 01 02 --dataset "$dataset" --cache "$runs/cache" \
        --segmentation-model "$runs/$dataset/last.safetensors" --output "$runs/$dataset.toml" --device "${DEVICE:-auto}"
}

mda231() {
    local dataset=Fluo-C3DL-MDA231
    simulate $dataset "$runs/data/$dataset" 02 3 1302 --annotate frames
    learn $dataset 40 1301 20 --predict foreground centers --crop 192 --samples-per-epoch 1200 --ema 0.995
    fit $dataset 3 901 --annotate frames
}

tric() {
    local dataset=Fluo-N3DL-TRIC
    simulate $dataset "$runs/data/$dataset" 02 1 1312 --annotate frames --scale 0.5
    learn $dataset 12 1311 18 --predict foreground --tiles 6 --crop 192 --samples-per-epoch 1200 --ema 0.995
    fit $dataset 1 904
}

a549() {
    local dataset=Fluo-C3DH-A549-SIM
    simulate $dataset "$runs/data/$dataset" 02 5 1322 --annotate frames
    learn $dataset 24 1321 4 --predict foreground --crop 256 --samples-per-epoch 600 --ema 0.99
    fit $dataset 3 901
}

[ $# -gt 0 ] || set -- mda231 tric a549
for network in "$@"; do
    case $network in
        mda231 | tric | a549) "$network" ;;
        *) fail "no network '$network': expected mda231, tric or a549" ;;
    esac
done
say "Done: $runs/*/last.safetensors, and fitted configurations $runs/*.toml."
