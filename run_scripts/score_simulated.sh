#!/usr/bin/env bash
# Simulates the three datasets at their real sizes (two frames of each sequence, seeds that no network was trained on),
# runs the six scripts of SW on them and scores the masks: the numbers in models/README.md, of which TRIC's are of the first
# frames alone (FRAMES=1). About 10 minutes on two cores.
#
# SEED    start of the simulations; 500 if not set
# FRAMES  frames of each sequence; 2 if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

make_environment ''
data=data/simulated
for dataset in Fluo-C3DL-MDA231 Fluo-N3DL-TRIC Fluo-C3DH-A549-SIM; do
    for sequence in 01 02; do
        "$python" -m ctc_submission simulate "$dataset" "$data/$dataset" \
            --frames "${FRAMES:-2}" --seed "${SEED:-500}" --sequence "$sequence"
        PYTHON=$python DATA_DIR=$data "SW/$dataset-$sequence.sh" "$@"
        "$python" -m ctc_submission picture "$data/$dataset" "$sequence" "$data/$dataset-$sequence.png"
    done
    "$python" -m ctc_submission evaluate "$data/$dataset" 01 02
done
