#!/usr/bin/env bash
# Trains the small network (EfficientNet-Lite0, separable decoder) from ImageNet weights and at random, with the same data,
# steps and seeds, and draws the curves side by side: runs/starts/curves.png and a table. About 25 minutes on one core.
#
# DATA    folder with bbbc050-train and dsb2018-fluo-2d in the challenge's layout; ../shared/data if not set
# RUNS    folder for the trainings; runs/starts if not set
# SEEDS   seeds, each of both starts; "1 2 3" if not set
# EPOCHS  of 50 steps of 8 crops; 10 if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

data=${DATA:-../shared/data} runs=${RUNS:-runs/starts}
embryos=$data/bbbc050-train images=$data/dsb2018-fluo-2d
[ -d "$embryos" ] || fail "$data: no dataset bbbc050-train in it; name the folder in DATA"
make_environment '[imagenet,train]'

# train NAME SEED OPTIONS...: embryos 01, 03 and 04 and some images; embryos 05 and 10 and other images validate
train() {
    "$python" -m ctc_submission train "$embryos" "$images" --dataset nuclei --output "$runs/$1" --seed "$2" \
        --encoder tf_efficientnet_lite0 --decoder separable --predict foreground \
        --sequences "$embryos"/0{1,3,4} "$images"/0{1,3,6} --validation "$embryos"/05 "$embryos"/10 "$images"/0{2,5} \
        --crops-from frames --coloring intensity --diameter 24 --gap --crop 128 \
        --epochs "${EPOCHS:-10}" --samples-per-epoch 400 --schedule cosine --device cpu --precision single --pictures 0 "${@:3}"
}

for seed in ${SEEDS:-1 2 3}; do
    train "imagenet-$seed" "$seed"
    train "random-$seed" "$seed" --random-start
done
"$python" -m benchmarks.side_by_side "$runs" "$runs/curves.png"
