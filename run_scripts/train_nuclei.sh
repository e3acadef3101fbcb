#!/usr/bin/env bash
# Trains the general model of nuclei (EfficientNet-Lite0, separable decoder, foreground and interiors) on real and simulated
# nuclei, in three trainings: the first from ImageNet weights, the second, with crowded tissue, from the first, the third, with
# textured nuclei, from the second. Then fits its thresholds on what was held out: two embryos and simulations. A training that
# was stopped resumes. About 4.5 hours on one core, of which it says after each epoch how many are left.
#
# DATA    folder with bbbc050-train and dsb2018-fluo-2d in the challenge's layout; ../shared/data if not set
# RUNS    folder for simulations, checkpoints and the fitted configuration; runs/nuclei if not set
# EPOCHS  of 250 steps of 8 crops, of each training; 24, 46 and 90 if not set
# SAMPLES crops in an epoch; 2000 if not set
# FRAMES  simulated frames in each folder; 60, 160, 120 and 200 to train on, 10, 8 and 10 to validate on
#         if not set
# DEVICE  auto, cpu, cuda, ...; auto if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

data=${DATA:-../shared/data} runs=${RUNS:-runs/nuclei}
embryos=$data/bbbc050-train images=$data/dsb2018-fluo-2d first=$runs/simulated/nuclei-1 second=$runs/simulated/nuclei-2
tissue=$runs/simulated/tissue textured=$runs/simulated/textured
[ -d "$embryos" ] || fail "$data: no dataset bbbc050-train in it; name the folder in DATA"
make_environment '[imagenet,train]'

# simulate NAME FOLDER SEQUENCE FRAMES SEED
simulate() {
    "$python" -m ctc_submission simulate "$1" "$2" --varied --annotate frames --frames "$4" --seed "$5" --sequence "$3"
}

# teach OUTPUT EPOCHS OPTIONS...: trains on all but embryos 05 and 10, the last tenth of the frames of all others and of the
# images, and simulated frames of other seeds
teach() {
    local output=$1 epochs=$2
    shift 2
    "$python" -m ctc_submission train "$embryos" "$images" "$first" "$second" "$tissue" "$textured" --dataset nuclei \
        --output "$output" \
        --validation-fraction 0.1 --crops-from frames --coloring intensity --diameter 24 --crop 128 --zoom 0.5 1.8 \
        --epochs "$epochs" --samples-per-epoch "${SAMPLES:-2000}" --schedule cosine --ema 0.999 --validation-samples 256 \
        --device "${DEVICE:-auto}" --license "CC BY 3.0" "$@"
}

simulate nuclei "$first" 01 "${FRAMES:-60}" 1201
simulate nuclei "$first" 02 "${FRAMES:-10}" 1202
simulate nuclei "$second" 01 "${FRAMES:-160}" 1203
simulate tissue "$tissue" 01 "${FRAMES:-120}" 1401
simulate tissue "$tissue" 02 "${FRAMES:-8}" 1402
simulate textured "$textured" 01 "${FRAMES:-200}" 1411
simulate textured "$textured" 02 "${FRAMES:-10}" 1412
real=("$embryos"/{01,03,04,06,07,08,09,11} "$images"/0{1..8})

teach "$runs/first" "${EPOCHS:-24}" --encoder tf_efficientnet_lite0 --decoder separable --predict foreground centers --gap \
    --seed 1 --sequences "${real[@]}" "$first"/01 "$second"/01 --validation "$embryos"/05 "$embryos"/10 "$first"/02 \
    --training-data "BBBC050 (8 embryos), DSB 2018 stage 1 fluorescence, simulated nuclei"
teach "$runs/second" "${EPOCHS:-46}" --start-from "$runs/first/last.safetensors" --predict foreground interior \
    --neighbor-distance 0.15 --seed 2 --sequences "${real[@]}" "$first"/01 "$second"/01 "$tissue"/01 \
    --validation "$embryos"/05 "$embryos"/10 "$first"/02 "$tissue"/02 \
    --training-data "BBBC050 (8 embryos), DSB 2018 stage 1 fluorescence, simulated nuclei and tissue"
teach "$runs/third" "${EPOCHS:-90}" --start-from "$runs/second/last.safetensors" --predict foreground interior \
    --neighbor-distance 0.15 --seed 3 --sequences "${real[@]}" "$second"/01 "$tissue"/01 "$textured"/01 \
    --validation "$embryos"/05 "$embryos"/10 "$first"/02 "$tissue"/02 "$textured"/02 \
    --training-data "BBBC050 (8 embryos), DSB 2018 stage 1 fluorescence, simulated nuclei, tissue and textured nuclei"
"$python" -m ctc_submission fit "$embryos" "$first" "$tissue" "$textured" --dataset nuclei \
    --sequences "$embryos"/05 "$embryos"/10 "$first"/02 "$tissue"/02 "$textured"/02 \
    --segmentation-model "$runs/third/last.safetensors" --output "$runs/nuclei.toml" --cache "$runs/fit" \
    --device "${DEVICE:-auto}"
say "Done: $runs/third/last.safetensors and $runs/nuclei.toml."
