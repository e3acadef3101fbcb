#!/usr/bin/env bash
# Trains the general model of nuclei (EfficientNet-Lite0, separable decoder, foreground and centers) from ImageNet weights on
# real and simulated nuclei, then fits its thresholds on two embryos that were held out. A training that was stopped resumes.
# About 50 minutes on one core, of which it says after each epoch how many are left.
#
# DATA    folder with bbbc050-train and dsb2018-fluo-2d in the challenge's layout; ../shared/data if not set
# RUNS    folder for simulations, checkpoints and the fitted configuration; runs/nuclei if not set
# EPOCHS  of 250 steps of 8 crops; 24 if not set
# FRAMES  simulated frames to train on; 60 and 160 if not set
# DEVICE  auto, cpu, cuda, ...; auto if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

data=${DATA:-../shared/data} runs=${RUNS:-runs/nuclei}
embryos=$data/bbbc050-train images=$data/dsb2018-fluo-2d first=$runs/simulated/nuclei-1 second=$runs/simulated/nuclei-2
[ -d "$embryos" ] || fail "$data: no dataset bbbc050-train in it; name the folder in DATA"
make_environment '[imagenet,train]'

# simulate FOLDER SEQUENCE FRAMES SEED
simulate() {
    "$python" -m ctc_submission simulate nuclei "$1" --varied --whole-truth --frames "$3" --seed "$4" --sequence "$2"
}

simulate "$first" 01 "${FRAMES:-60}" 1201
simulate "$first" 02 "${FRAMES:-10}" 1202
simulate "$second" 01 "${FRAMES:-160}" 1203

# Held out: embryos 05 and 10, the last tenth of the frames of all others and of the images, and frames of another seed.
"$python" -m ctc_submission train "$embryos" "$images" "$first" "$second" --dataset nuclei --output "$runs/training" \
    --predict foreground centers --encoder tf_efficientnet_lite0 --decoder separable \
    --sequences "$embryos"/{01,03,04,06,07,08,09,11} "$images"/0{1..8} "$first"/01 "$second"/01 \
    --validation "$embryos"/05 "$embryos"/10 "$first"/02 --validation-fraction 0.1 \
    --crops-from frames --coloring intensity --diameter 24 --gap --crop 128 --zoom 0.5 1.8 \
    --epochs "${EPOCHS:-24}" --samples-per-epoch 2000 --schedule cosine --ema 0.999 --seed 1 --validation-crops 256 \
    --device "${DEVICE:-auto}" --license "CC BY 3.0" \
    --training-data "BBBC050 (8 embryos), DSB 2018 stage 1 fluorescence, simulated nuclei"
"$python" -m ctc_submission fit "$embryos" --sequences "$embryos"/05 "$embryos"/10 --dataset nuclei \
    --segmentation-model "$runs/training/last.safetensors" --output "$runs/nuclei.toml" --cache "$runs/fit" \
    --device "${DEVICE:-auto}"
say "Done: $runs/training/last.safetensors and $runs/nuclei.toml."
