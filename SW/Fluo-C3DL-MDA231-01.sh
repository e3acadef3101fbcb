#!/usr/bin/env bash
# Segments Fluo-C3DL-MDA231, sequence 01. Touching cells are separated by a watershed from predicted cell centers.
# Network: EfficientNet-Lite0, 0.88 million parameters; --network b5 runs the published architecture (EfficientNet-B5).
#
# Runs the routine "segment" of the Python package ctc_submission: from the folder of frames to the folder of masks,
# with 16 input parameters: dataset, segmentation-model, tiles, method, foreground-threshold, marker-threshold,
# marker-dynamics, stitch-overlap, spacing, smoothing, dynamics, minimum-size, minimum-confidence, minimum-contrast,
# largest-hole, field-margin.
#
# Prerequisites: bash, Python 3.10 to 3.13, its packages (python -m pip install -r requirements.txt).
# A GPU is used if there is one. Data lies beside SW, or in DATA_DIR; PYTHON names another interpreter than .venv's.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_setup.sh"

exec "$python" -m ctc_submission segment "$data/Fluo-C3DL-MDA231/01" "$data/Fluo-C3DL-MDA231/01_RES" \
    --dataset Fluo-C3DL-MDA231 --segmentation-model "$models/Fluo-C3DL-MDA231-lite0.safetensors" --tiles 1 \
    --method centers --foreground-threshold 0.3 --marker-threshold 0.5 --marker-dynamics 0.3 --stitch-overlap 0.5 \
    --spacing 6 1.242 1.242 --smoothing 0.5 --dynamics 2 --minimum-size 200 --minimum-confidence 0 \
    --minimum-contrast 0 --largest-hole 0 --field-margin 25 \
    "$@"
