#!/usr/bin/env bash
# Trains StarDist 3D on the embryos that the general model of nuclei was trained on, for a given time, and scores it on the
# recordings of score_real.sh: a table of SEG or DET, seconds and peak memory of each. StarDist and TensorFlow go into an
# environment of their own (1.5 GB); a model that is there is not trained again. Images are rescaled to the voxel size of the
# training; where only the ratios of the voxel size are known, to its width of the nuclei, which is taken from the reference
# annotation, or, for C. elegans, from `ctc-submission info`.
#
# MINUTES   processor time of each thread to train for; 150 if not set
# THREADS   threads; 1 if not set
# DATA      folder with bbbc050-train and the recordings; ../shared/data if not set
# RESULTS   folder for model, masks and scores; runs/stardist if not set
# ROWS      test (the recordings of score_real.sh) or validation (the embryos that chose weights and thresholds); test if
#           not set
# OPTIONS   further options of benchmarks/stardist3d.py train, such as --steps 100
# STARDIST  environment; stardist-venv in RESULTS if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

data=${DATA:-../shared/data} results=${RESULTS:-runs/stardist} threads=${THREADS:-1} rows=${ROWS:-test}
environment=${STARDIST:-$results/stardist-venv}
read -ra options <<<"${OPTIONS:-}"
[ -d "$data/bbbc050-train" ] || fail "$data: no dataset bbbc050-train in it; name the folder in DATA"
case $rows in test | validation) ;; *) fail "ROWS is '$rows', expected test or validation" ;; esac
make_environment '' >&2
stardist=$environment/bin/python
if ! "$stardist" -c 'import stardist, tensorflow' 2>/dev/null; then
    say "Making the environment $environment: 600 MB to download, 1.5 GB of disk." >&2
    "$python" -m venv "$environment" >&2
    "$stardist" -m pip install stardist tensorflow-cpu >&2
fi
model=$results/model
if [ ! -f "$model/training.json" ]; then
    mkdir -p "$results"
    "$stardist" benchmarks/stardist3d.py train "$data/bbbc050-train" "$model" --validation 05 10 \
        --minutes "${MINUTES:-150}" --threads "$threads" ${options[@]+"${options[@]}"} >&2
fi

# row RECORDING SEQUENCE MEASURE OPTIONS...: segments, scores, prints a row
row() {
    local name=$1 sequence=$2 measure=$3
    shift 3
    local place=$results/$name masks=$results/$name/${sequence}_RES
    mkdir -p "$place"
    "$stardist" benchmarks/stardist3d.py predict "$model" "$data/$name/$sequence" "$masks" --threads "$threads" "$@" |
        tail -1 >"$place/$sequence-cost.json"
    "$python" -m ctc_submission evaluate "$data/$name" "$sequence" --results "$masks" --json "$place/$sequence.json" >&2
    "$python" - "$place/$sequence" "$name, $sequence" "$measure" <<'END'
import json
import sys
from pathlib import Path

cost = json.loads(Path(f"{sys.argv[1]}-cost.json").read_text())
scores = json.loads(Path(f"{sys.argv[1]}.json").read_text())["sequences"][0]["measures"]
scale = " x ".join(f"{factor:.2f}" for factor in cost["scale"])
value = scores[sys.argv[3].lower()]
print(f"| {sys.argv[2]} ({sys.argv[3]}) | {value:.3f} | {cost['seconds']:.0f} | {cost['peak_memory_mb']:.0f} | {scale} |")
END
}

printf '| recording | StarDist 3D | s | peak MB | rescaled z, y, x by |\n|---|---|---|---|---|\n'
if [ "$rows" = validation ]; then
    row bbbc050-train 05 SEG --spacing 1.75 0.8 0.8
    row bbbc050-train 10 SEG --spacing 1.75 0.8 0.8
    exit
fi
row bbbc050-test 12 SEG --spacing 2 0.8 0.8
row bbbc050-test 13 SEG --spacing 2 0.8 0.8
row mouse-embryo 01 SEG --spacing 1.75 0.8 0.8
row plant-nuclei 01 SEG --spacing 1.5 1 1 --width-from "$data/plant-nuclei/01_GT/SEG"
row stardist-sample 01 SEG --spacing 2 1 1 --width-from "$data/stardist-sample/01_GT/SEG"
width=$("$python" -m ctc_submission info "$data/celegans-embryo/01" --dataset nuclei --spacing 5 1 1 --device cpu |
    awk '$1 == "cells" { print $2 }')
row celegans-embryo 01 DET --spacing 5 1 1 --width "$width"
