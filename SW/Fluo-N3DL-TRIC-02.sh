#!/usr/bin/env bash
# Segments Fluo-N3DL-TRIC, sequence 02. Touching cells are separated by a watershed of the distance to the background.
# Network: EfficientNet-Lite0, 0.88 million parameters; --network b5 runs the published architecture (EfficientNet-B5).
#
# Runs the routine "segment" of the Python package ctc_submission: from the folder of frames to the folder of masks,
# with 13 input parameters: dataset, segmentation-model, tiles, method, foreground-threshold, spacing, smoothing,
# dynamics, minimum-size, minimum-confidence, minimum-contrast, largest-hole, field-margin.
#
# Prerequisites: bash, Python 3.10 to 3.13, its packages (python -m pip install -r requirements.txt).
# A GPU is used if there is one. Data lies beside SW, or in DATA_DIR; PYTHON names another interpreter than .venv's.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_setup.sh"

exec "$python" -m ctc_submission segment "$data/Fluo-N3DL-TRIC/02" "$data/Fluo-N3DL-TRIC/02_RES" \
    --dataset Fluo-N3DL-TRIC --segmentation-model "$models/Fluo-N3DL-TRIC-lite0.safetensors" --tiles 6 \
    --method distance --foreground-threshold 0.4 --spacing 5 1 1 --smoothing 1 --dynamics 0.5 --minimum-size 50 \
    --minimum-confidence 0 --minimum-contrast 0 --largest-hole 0 --field-margin 0 \
    "$@"
