#!/usr/bin/env bash
# Builds the image and compares: a simulated frame of three datasets is segmented by the scripts of SW in the environment
# and in the image, on the CPU, and every mask must be the same to the byte. The environment gets the image's versions of
# all packages (constraints.txt). About 10 minutes on two cores once both are there. Arguments go to docker_build.sh.
#
# VENV      folder of the environment; ctc-submission/image-env in the user's folder for caches if not set, kept for the
#           next run
# DATASETS  what to compare; the three datasets of the paper if not set
# FRAMES    frames of each dataset; 1 if not set
# SCALE     size of the field of view; 0.2 if not set, 1 for whole frames
# CONTAINER_ENGINE, IMAGE, GPUS, RUN_AS  as for docker_build.sh and docker_run.sh
set -euo pipefail
given=${VENV:-}
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"
VENV=${given:-$(private_folder)/image-env}

PIP_CONSTRAINT=$PWD/constraints.txt make_environment ''
run_scripts/docker_build.sh "$@"

work=$(mktemp -d "${TMPDIR:-/tmp}/ctc-submission-image.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

read -ra datasets <<<"${DATASETS:-Fluo-C3DL-MDA231 Fluo-N3DL-TRIC Fluo-C3DH-A549-SIM}"

say "Simulating."
for dataset in "${datasets[@]}"; do
    "$python" -m ctc_submission simulate "$dataset" "$work/plain/$dataset" --seed 11 \
        --frames "${FRAMES:-1}" --scale "${SCALE:-0.2}"
done
cp -r "$work/plain" "$work/image"
[ -z "${RUN_AS:-}" ] || chown -R "$RUN_AS" "$work/image"

say "Segmenting in the environment."
for dataset in "${datasets[@]}"; do
    PYTHON=$python DATA_DIR=$work/plain "SW/$dataset-01.sh" --device cpu
done
say "Segmenting in the image."
DATA_DIR=$work/image run_scripts/docker_run.sh check --device cpu
DATA_DIR=$work/image run_scripts/docker_run.sh all --device cpu

say "Comparing."
cd "$work"
for mask in plain/*/01_RES/mask*.tif; do
    cmp "$mask" "image/${mask#plain/}"
    echo "${mask#plain/}: the same, of user $(stat --format %u:%g "image/${mask#plain/}")"
done
