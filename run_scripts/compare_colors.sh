#!/usr/bin/env bash
# Trains the small network (EfficientNet-Lite0, separable decoder, from ImageNet weights) on four kinds of pseudocolors, with
# the same data, steps and seeds, on two datasets: simulated Fluo-C3DL-MDA231, and embryos of BBBC050. For each dataset it
# draws the curves side by side, RUNS/DATASET/curves.png, and prints a table. A training that was stopped resumes. About an
# hour on one core for each dataset.
#
# Arguments: mda231, bbbc050, or both; both if none is given.
# DATA    folder with bbbc050-train in the challenge's layout; ../shared/data if not set
# RUNS    folder for simulations and trainings; runs/colors if not set
# SEEDS   seeds, each of every kind; "1 2 3" if not set
# EPOCHS  of 50 steps of 8 crops of 128 x 128; 10 if not set
# FRAMES  simulated frames to train on; 12 if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

runs=${RUNS:-runs/colors} embryos=${DATA:-../shared/data}/bbbc050-train
make_environment '[imagenet,train]'

# compare NAME DATASET_DIR OPTIONS...
compare() {
    local name=$1 folder=$2 seed coloring
    shift 2
    for seed in ${SEEDS:-1 2 3}; do
        for coloring in region stack_region intensity gray; do
            "$python" -m ctc_submission train "$folder" --output "$runs/$name/$coloring-$seed" --seed "$seed" \
                --coloring "$coloring" --encoder tf_efficientnet_lite0 --decoder separable --predict foreground \
                --crop 128 --epochs "${EPOCHS:-10}" --samples-per-epoch 400 --validation-samples 96 --schedule cosine \
                --device cpu --precision single --pictures 0 --cache "$runs/cache" "$@"
        done
    done
    "$python" -m benchmarks.side_by_side "$runs/$name" "$runs/$name/curves.png"
}

mda231() {
    local folder=$runs/data/Fluo-C3DL-MDA231
    "$python" -m ctc_submission simulate Fluo-C3DL-MDA231 "$folder" --varied --annotate frames --frames "${FRAMES:-12}" \
        --seed 1501 --sequence 01
    "$python" -m ctc_submission simulate Fluo-C3DL-MDA231 "$folder" --varied --annotate frames --frames 2 --seed 1502 \
        --sequence 02
    compare mda231 "$folder" --dataset Fluo-C3DL-MDA231
}

bbbc050() {
    [ -d "$embryos" ] || fail "$embryos: no such dataset; name the folder that holds bbbc050-train in DATA"
    compare bbbc050 "$embryos" --dataset nuclei --diameter 24 --gap --validation 05 10 \
        --sequences 01 03 04 06 07 08 09 11
}

[ $# -gt 0 ] || set -- mda231 bbbc050
for dataset in "$@"; do
    case $dataset in
        mda231 | bbbc050) "$dataset" ;;
        *) fail "no dataset '$dataset': expected mda231 or bbbc050" ;;
    esac
done
