#!/usr/bin/env bash
# Segments Fluo-N3DH-CE, sequence 01, by the general model of nuclei, at the diameter of the nuclei that it measures on a
# frame that shows some. Touching cells are separated by their predicted interiors.
# Network: EfficientNet-Lite0, 0.88 million parameters; --network b5 runs the published architecture (EfficientNet-B5).
#
# Runs the routine "segment" of the Python package ctc_submission: from the folder of frames to the folder of masks,
# with 19 input parameters: dataset, segmentation-model, tiles, shown-diameter, three-view, three-view-smoothing,
# minimum-diameter, precision, method, foreground-threshold, marker-threshold, spacing, smoothing, dynamics,
# minimum-size, minimum-confidence, minimum-contrast, largest-hole, field-margin.
#
# Prerequisites: bash, Python 3.10 to 3.13, its packages (python -m pip install -r requirements.txt).
# A GPU is used if there is one. Data lies beside SW, or in DATA_DIR; PYTHON names another interpreter than .venv's.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_setup.sh"

exec "$python" -m ctc_submission segment "$data/Fluo-N3DH-CE/01" "$data/Fluo-N3DH-CE/01_RES" \
    --dataset Fluo-N3DH-CE --segmentation-model "$models/nuclei-lite0.safetensors" --tiles 1 --shown-diameter 28 \
    --three-view --three-view-smoothing 0.08 --minimum-diameter 0.3 --precision float32 --method interior \
    --foreground-threshold 0.4 --marker-threshold 0.4 --spacing 1 0.09 0.09 --smoothing 1 --dynamics 0.25 \
    --minimum-size 0 --minimum-confidence 0.55 --minimum-contrast 0.08 --largest-hole 0 --field-margin 50 \
    "$@"
