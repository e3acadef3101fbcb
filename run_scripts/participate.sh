#!/usr/bin/env bash
# From download to upload in one command: downloads a dataset of the challenge, trains from ImageNet weights, fits thresholds
# on held-out frames, scores itself by leaving one sequence out, segments the test data, checks and packs:
#   run_scripts/participate.sh Fluo-C3DL-MDA231 --config GT+ST
# It says first what it takes, and asks; each step says it again. A step that is done is skipped, an interrupted one
# resumes: call it again in the same way. Arguments go to ctc-submission participate (--help lists them).
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

[ $# -gt 0 ] || fail "name a dataset of the challenge, such as Fluo-C3DL-MDA231"
make_environment '[imagenet,train]'
exec "$python" -m ctc_submission participate "$@"
