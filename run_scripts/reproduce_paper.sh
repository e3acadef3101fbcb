#!/usr/bin/env bash
# Trains and scores the paper's comparisons on Fluo-C3DH-A549-SIM, simulated if DATA is not set, and writes a report in
# Markdown with pictures. Finished rows are not trained again, an interrupted one goes on. Arguments go to
# benchmarks/paper/run.py, such as --imagenet or --rows unet dual-unet (--help tells).
#
# BUDGET           tiny (if not set: some minutes on a CPU, numbers without meaning), small (some hours on a CPU: what
#                  little training gives) or full (the paper's: for a GPU)
# EPOCHS           passes over the training slices; 2 if tiny, 10 if small, 100 if full
# FRAMES           frames of each of the two simulated sequences; 2 if tiny, 6 if small, 30 if full
# DATA             folder of the real Fluo-C3DH-A549-SIM, with 01, 01_GT, 02 and 02_GT
# ENCODER_WEIGHTS  ImageNet weights of timm's tf_efficientnet_b5, a .safetensors file; without, rows that need them say so
# WORK             trainings and results; runs/paper-BUDGET if not set
# REPORT           the report; report.md in WORK if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

BUDGET=${BUDGET:-tiny}
case $BUDGET in
    tiny) epochs=2 frames=2 options=(--input-size 64 --samples-per-epoch 16 --batch-size 4) ;;
    small) epochs=10 frames=6 options=(--input-size 128 --samples-per-epoch 128) ;;
    full) epochs=100 frames=30 options=() ;;
    *) fail "BUDGET is '$BUDGET', expected tiny, small or full" ;;
esac
EPOCHS=${EPOCHS:-$epochs}
FRAMES=${FRAMES:-$frames}
WORK=${WORK:-runs/paper-$BUDGET}
REPORT=${REPORT:-$WORK/report.md}
[ -z "${ENCODER_WEIGHTS:-}" ] || options+=(--encoder-weights "$ENCODER_WEIGHTS")
if [ "$BUDGET" = tiny ]; then
    echo "This is a tiny budget: it shows that all works, in some minutes on a CPU. Its numbers mean nothing (BUDGET=small, full)."
fi
make_environment '[train]'
if [ -z "${DATA:-}" ]; then
    DATA=$WORK/Fluo-C3DH-A549-SIM
    for sequence in 01 02; do
        "$python" -m ctc_submission simulate Fluo-C3DH-A549-SIM "$DATA" \
            --frames "$FRAMES" --seed "6$sequence" --sequence "$sequence"
    done
fi
say "Training and scoring: $WORK"
"$python" -m benchmarks.paper.run "$DATA" --work "$WORK" --report "$REPORT" --epochs "$EPOCHS" "${options[@]}" "$@"
say "Done: $REPORT"
