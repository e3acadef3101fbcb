#!/usr/bin/env bash
# Simulates sequences and trains the five published networks (B5) on them, then fits their thresholds. A training that was
# stopped resumes. On an H100 or its like the defaults are meant; on a CPU shorten it:
#   EPOCHS=10 DEVICE=cpu run_scripts/train_weights.sh nuclei
# Whether it works on a machine is known sooner (fitting takes long while networks have not learned anything):
#   RUNS=/tmp/trial FRAMES=1 EPOCHS=1 VIEWS=8 run_scripts/train_weights.sh nuclei a549
#
# Arguments: any of nuclei, tric, mda231, a549; all if none is given.
# EPOCHS   passes for the network of nuclei; the others, which start from it, take as many. 100 if not set
# VIEWS    views in a pass, or as many as there are samples if these are fewer; 4000 if not set
# FRAMES   simulated frames to train on, and to validate on, for each dataset; 110, 12, 40, 40 and 4 if not set
# RUNS     folder for data and checkpoints; runs/weights if not set
# DEVICE   auto, cpu, cuda, ...; auto if not set
# ENCODER  file with ImageNet weights of the encoder (timm's tf_efficientnet_b5); a random start if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

make_environment '[train]'
runs=${RUNS:-runs/weights}
tric=Fluo-N3DL-TRIC mda231=Fluo-C3DL-MDA231 a549=Fluo-C3DH-A549-SIM

# simulate DATASET FOLDER FRAMES SEED OPTIONS...: varied frames, sequence 01, to train on; frames 02 to validate and fit on
simulate() {
    "$python" -m ctc_submission simulate "$1" "$2" --varied --annotate frames --frames "${FRAMES:-$3}" --seed "$4" --sequence 01
    "$python" -m ctc_submission simulate "$1" "$2" --frames "${FRAMES:-4}" --seed "$(($4 + 1))" --sequence 02 "${@:5}"
}

# train NAME FOLDER DATASET OUTPUT OPTIONS...
train() {
    local name=$1 folder=$2 dataset=$3 output=$4
    shift 4
    "$python" -m ctc_submission train "$folder" --dataset "$dataset" --predict "$output" --license CC0-1.0 \
        --output "$runs/$name" \
        --epochs "${EPOCHS:-100}" --samples-per-epoch "${VIEWS:-4000}" --schedule cosine --ema 0.999 \
        --device "${DEVICE:-auto}" --cache "$runs/cache" --training-data "simulated ($dataset)" "$@"
}

fit() {
    "$python" -m ctc_submission fit "$1" --sequences 02 --dataset "$2" --network b5 --output "$runs/$2.toml" \
        --device "${DEVICE:-auto}" --segmentation-model "$runs/$3/best.safetensors" "${@:4}"
}

nuclei() {
    local start=(--random-start)
    [ -z "${ENCODER:-}" ] || start=(--encoder-weights "$ENCODER")
    simulate nuclei "$runs/data/nuclei" 110 71 --varied --annotate frames
    train nuclei "$runs/data/nuclei" nuclei foreground --coloring intensity --diameter 24 --gap --three-view \
        --crop 192 --zoom 0.7 1.4 "${start[@]}"
    fit "$runs/data/nuclei" nuclei nuclei
}

tric() {
    simulate $tric "$runs/data/$tric" 12 61
    train tric "$runs/data/$tric" $tric foreground --tiles 6 --coloring intensity --crop 192 \
        --start-from "$runs/nuclei/best.safetensors"
    fit "$runs/data/$tric" $tric tric
}

mda231() {
    simulate $mda231 "$runs/data/$mda231" 40 81
    train mda231 "$runs/data/$mda231" $mda231 foreground --coloring intensity --crop 224 \
        --start-from "$runs/nuclei/best.safetensors"
    train centers "$runs/data/$mda231" $mda231 centers --coloring intensity --crop 224 \
        --start-from "$runs/mda231/best.safetensors"
    fit "$runs/data/$mda231" $mda231 mda231 --center-model "$runs/centers/best.safetensors"
}

a549() {
    simulate $a549 "$runs/data/$a549" 40 91
    train a549 "$runs/data/$a549" $a549 foreground --crop 256 --start-from "$runs/nuclei/best.safetensors"
    fit "$runs/data/$a549" $a549 a549
}

[ $# -gt 0 ] || set -- nuclei tric mda231 a549
for network in "$@"; do
    case $network in
        nuclei | tric | mda231 | a549) "$network" ;;
        *) fail "no network '$network': expected nuclei, tric, mda231 or a549" ;;
    esac
done
say "Done: $runs/*/best.safetensors, and fitted configurations $runs/*.toml."
