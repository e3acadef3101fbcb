#!/usr/bin/env bash
# Segments Fluo-C3DH-A549-SIM, sequence 01. The frame holds one cell: its largest connected component is the result.
# Network: EfficientNet-Lite0, 0.88 million parameters; --network b5 runs the published architecture (EfficientNet-B5).
#
# Runs the routine "segment" of the Python package ctc_submission: from the folder of frames to the folder of masks,
# with 11 input parameters: dataset, segmentation-model, tiles, method, foreground-threshold, spacing, minimum-size,
# minimum-confidence, minimum-contrast, largest-hole, field-margin.
#
# Prerequisites: bash, Python 3.10 to 3.13, its packages (python -m pip install -r requirements.txt).
# A GPU is used if there is one. Data lies beside SW, or in DATA_DIR; PYTHON names another interpreter than .venv's.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_setup.sh"

exec "$python" -m ctc_submission segment "$data/Fluo-C3DH-A549-SIM/01" "$data/Fluo-C3DH-A549-SIM/01_RES" \
    --dataset Fluo-C3DH-A549-SIM --segmentation-model "$models/Fluo-C3DH-A549-SIM-lite0.safetensors" --tiles 1 \
    --method single --foreground-threshold 0.5 --spacing 1 0.126 0.126 --minimum-size 0 --minimum-confidence 0 \
    --minimum-contrast 0 --largest-hole 0 --field-margin 0 \
    "$@"
