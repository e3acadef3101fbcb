#!/usr/bin/env bash
# How well the general model of nuclei does on real recordings that it was not trained on: segments them with one
# configuration, the voxel size stated or the files' own, and beside it with the published network trained on simulations
# and by a classical pipeline with untuned parameters. Prints a Markdown table, the one in models/nuclei-lite0.md, with the
# seconds of each. About 15 minutes on two cores, most of them for the published network (CONTENDERS leaves it out).
#
# DATA        folder with the recordings in the challenge's layout; ../shared/data if not set
# RESULTS     folder for masks and pictures; runs/real if not set
# CONTENDERS  any of nuclei, nuclei-b5, classical; all if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

data=${DATA:-../shared/data} results=${RESULTS:-runs/real}
read -ra contenders <<<"${CONTENDERS:-nuclei nuclei-b5 classical}"
[ -d "$data/mouse-embryo" ] || fail "$data: no recording mouse-embryo in it; name the folder in DATA"
make_environment '' >&2

# segment CONTENDER RECORDING SEQUENCE SPACING...: masks, and the seconds that they took
segment() {
    local contender=$1 name=$2 sequence=$3
    shift 3
    local masks=$results/$contender/$name/${sequence}_RES
    mkdir -p "$(dirname "$masks")"
    local start=$EPOCHREALTIME
    if [ "$contender" = classical ]; then
        [ $# -gt 0 ] || set -- 2 0.8 0.8 # its program reads no voxel size
        "$python" benchmarks/classical.py "$data/$name/$sequence" "$masks" --spacing "$@"
    else
        "$python" -m ctc_submission segment "$data/$name/$sequence" "$masks" --dataset "$contender" --device cpu \
            --overwrite ${1:+--spacing "$@"}
    fi >&2
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.0f", b - a }'
}

# score CONTENDER RECORDING SEQUENCE MEASURE: the measure of the masks, with three decimals
score() {
    local scores=$results/$1/$2/$3.json
    "$python" -m ctc_submission evaluate "$data/$2" "$3" --results "$results/$1/$2/$3_RES" --json "$scores" >&2
    "$python" - "$scores" "$4" <<'END'
import json
import sys

with open(sys.argv[1]) as file:
    print(f"{json.load(file)['sequences'][0]['measures'][sys.argv[2].lower()]:.3f}")
END
}

# row RECORDING SEQUENCE MEASURE SPACING...
row() {
    local name=$1 sequence=$2 measure=$3
    shift 3
    printf '| %s, %s (%s)' "$name" "$sequence" "$measure"
    local contender seconds
    for contender in "${contenders[@]}"; do
        seconds=$(segment "$contender" "$name" "$sequence" "$@")
        printf ' | %s | %s' "$(score "$contender" "$name" "$sequence" "$measure")" "$seconds"
    done
    printf ' |\n'
}

printf '| recording'
printf ' | %s | s' "${contenders[@]}"
printf ' |\n|---'
printf '|---|---%.0s' "${contenders[@]}"
printf '|\n'
row bbbc050-test 12 SEG
row bbbc050-test 13 SEG
row mouse-embryo 01 SEG 1.75 0.8 0.8
row plant-nuclei 01 SEG 1.5 1 1
row stardist-sample 01 SEG 2 1 1
row celegans-embryo 01 DET 5 1 1
