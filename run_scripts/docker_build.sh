#!/usr/bin/env bash
# Builds the image ctc-submission:VERSION with docker, podman or buildah. Takes some minutes the first time, most of them
# to download torch with CUDA (3 GB); after a change of code, seconds. Arguments go to the engine's build command, such as
#   run_scripts/docker_build.sh --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cpu   # a small image, without CUDA
#   run_scripts/docker_build.sh --build-context wheels=FOLDER                                  # packages from a folder too
#
# CONTAINER_ENGINE  docker, podman or buildah; if not set, the first of them that answers
# IMAGE             name and tag of the image; ctc-submission:VERSION if not set
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_engine.sh"

options=(--tag "$image" --build-arg "VERSION=$version")
options+=(--build-arg "REVISION=$(git describe --always --dirty 2>/dev/null || true)")
if [[ $engine != *docker ]]; then
    options+=(--format docker --layers) # only this format knows health checks
fi
echo "== Building $image with $engine."
"$engine" build "${options[@]}" "$@" .
