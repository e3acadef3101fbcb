#!/usr/bin/env bash
# Trains and scores the paper's comparisons on Fluo-C3DH-A549-SIM, simulated if DATA is not set, or on another dataset, and
# writes a report in Markdown with pictures. Finished rows are not trained again, an interrupted one goes on; EPOCHS may be
# raised later, and the rows then go on too. Arguments go to benchmarks/paper/run.py, such as --rows unet dual-unet,
# --same-time (the U-Nets learn for as long as EfficientCellSeg, by the clock, and not for as many epochs),
# --validation-samples N (tested slices that an epoch is validated on) or --only-report (--help tells).
#
# BUDGET           tiny (if not set: some minutes on a CPU, numbers without meaning), small (some hours on a CPU: what
#                  little training gives) or full (the paper's: for a GPU)
# EPOCHS           passes over the training slices; 2 if tiny, 10 if small, 100 if full
# SAMPLES          slices drawn for an epoch; 16 if tiny, 128 if small, all if full
# SEEDS            seeds, each row is trained with each of them, in WORK/ROW-SEED; "0" if not set
# ENCODER          EfficientCellSeg's; tf_efficientnet_b5 if not set. With tf_efficientnet_lite0, -lite1 or -lite2 a package
#                  brings the ImageNet weights
# DECODER          its convolutions, full (the paper's, if not set) or separable
# FRAMES           frames of each of the two simulated sequences; 2 if tiny, 6 if small, 30 if full
# DATA             folder of another dataset with 01, 01_GT and so on: the real Fluo-C3DH-A549-SIM, or bbbc050-train, of many
#                  nuclei in a stack (benchmarks/paper/task.py lists them). Its name tells how cells are labeled
# TEST_SEQUENCES   sequences to test on, "05 10"; if not set, these two of bbbc050-train, else the last frames of each
# ENCODER_WEIGHTS  ImageNet weights of timm's network of that encoder, a .safetensors file; without any, rows that need them
#                  say so
# WORK             trainings, results and a cache of samples; runs/paper-BUDGET if not set
# REPORT           the report; report.md in WORK if not set
#
# Figure 5 and table 2 on one core, in about two and a half hours for each dataset; stopped at any moment, it resumes:
#   export BUDGET=small ENCODER=tf_efficientnet_lite0 DECODER=separable SEEDS="1 2 3"
#   WORK=runs/paper-a549 EPOCHS=14 SAMPLES=320 run_scripts/reproduce_paper.sh --same-time
#   WORK=runs/paper-bbbc050 EPOCHS=10 SAMPLES=400 DATA=../shared/data/bbbc050-train \
#       run_scripts/reproduce_paper.sh --same-time --test-frames 3 --validation-samples 128
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

BUDGET=${BUDGET:-tiny}
case $BUDGET in
    tiny) epochs=2 frames=2 samples=16 options=(--input-size 64 --batch-size 4) ;;
    small) epochs=10 frames=6 samples=128 options=(--input-size 128) ;;
    full) epochs=100 frames=30 samples='' options=() ;;
    *) fail "BUDGET is '$BUDGET', expected tiny, small or full" ;;
esac
EPOCHS=${EPOCHS:-$epochs}
FRAMES=${FRAMES:-$frames}
WORK=${WORK:-runs/paper-$BUDGET}
REPORT=${REPORT:-$WORK/report.md}
SAMPLES=${SAMPLES:-$samples}
read -ra seeds <<<"${SEEDS:-0}"
read -ra test_sequences <<<"${TEST_SEQUENCES:-}"
options+=(--seeds "${seeds[@]}" --encoder "${ENCODER:-tf_efficientnet_b5}" --decoder "${DECODER:-full}")
[ -z "$SAMPLES" ] || options+=(--samples-per-epoch "$SAMPLES")
[ ${#test_sequences[@]} -eq 0 ] || options+=(--test-sequences "${test_sequences[@]}")
[ -z "${ENCODER_WEIGHTS:-}" ] || options+=(--encoder-weights "$ENCODER_WEIGHTS")
if [ "$BUDGET" = tiny ]; then
    echo "This is a tiny budget: it shows that all works, in some minutes on a CPU. Its numbers mean nothing (BUDGET=small, full)."
fi
case ${ENCODER:-} in
    *lite*) make_environment '[imagenet,train]' ;;
    *) make_environment '[train]' ;;
esac
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
