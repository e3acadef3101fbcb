#!/usr/bin/env bash
# Segments three real recordings of nuclei with the general model, one configuration for all apart from the voxel size, and with
# a classical method with untuned parameters; scores both. The numbers in models/nuclei-segmentation.md.
#
# DATA    folder with mouse-embryo, plant-nuclei and celegans-embryo in the challenge's layout; ../shared/data if not set
# RESULTS folder for masks and pictures; runs/real if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

data=${DATA:-../shared/data} results=${RESULTS:-runs/real}
[ -d "$data/mouse-embryo" ] || fail "$data: no recording mouse-embryo in it; name the folder in DATA"
make_environment ''

# score RECORDING SPACING...: the network's masks and the classical ones
score() {
    local name=$1
    shift
    "$python" -m ctc_submission segment "$data/$name/01" "$results/$name/01_RES" --dataset nuclei --spacing "$@"
    "$python" benchmarks/classical.py "$data/$name/01" "$results/$name/classical" --spacing "$@"
    for masks in 01_RES classical; do
        say "$name, $masks"
        "$python" -m ctc_submission evaluate "$data/$name" 01 --results "$results/$name/$masks"
    done
    "$python" -m ctc_submission picture --image "$data/$name/01/t000.tif" --mask "$results/$name/01_RES/mask000.tif" \
        "$results/$name.png"
}

score mouse-embryo 1 1 1
score plant-nuclei 1.5 1 1
score celegans-embryo 5 1 1
