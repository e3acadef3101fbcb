#!/usr/bin/env bash
# Runs the image that docker_build.sh made, on the datasets in DATA_DIR, without a network. Arguments go to the image:
#   run_scripts/docker_run.sh                               # says what it can do, and which datasets it finds
#   run_scripts/docker_run.sh Fluo-C3DL-MDA231-01           # runs SW/Fluo-C3DL-MDA231-01.sh
#   run_scripts/docker_run.sh all --overwrite               # runs every script that has frames
#
# DATA_DIR          folder that holds the datasets' folders; data, where one calls from, if not set
# RUN_AS            USER:GROUP, by number, that the masks shall belong to; the caller if not set
# GPUS              all, or none; if not set, all where nvidia-smi is found
# CONTAINER_ENGINE, IMAGE  as for docker_build.sh
set -euo pipefail
data=$(readlink -m "${DATA_DIR:-data}") # before the next line leaves the caller's folder
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_engine.sh"

user=${RUN_AS:-$(id -u):$(id -g)}
gpus=${GPUS:-$(command -v nvidia-smi >/dev/null && echo all || echo none)}
[ -d "$data" ] || fail "$data: no such folder; name the folder of the datasets in DATA_DIR"

# buildah has no command that runs an image: a container is made, used and removed. Under its isolation 'chroot' it keeps
# the machine's network; `unshare --net` before this script takes that away, too.
run_with_buildah() {
    local container
    container=$("$engine" from --pull-never "$image")
    # shellcheck disable=SC2064 # the container's name of now
    trap "'$engine' rm '$container' >/dev/null" EXIT
    "$engine" run --network none --user "$user" --volume "$data:/data" "$container" -- \
        /opt/ctc-submission/docker/entry.sh "$@"
}

options=(--rm --init --network none --user "$user" --volume "$data:/data")
case $engine in
    *buildah)
        run_with_buildah "$@"
        exit
        ;;
    *podman)
        [ "$(id -u)" = 0 ] || options+=(--userns keep-id) # without it, another user's files are made
        [ "$gpus" = none ] || options+=(--device "nvidia.com/gpu=$gpus")
        ;;
    *) [ "$gpus" = none ] || options+=(--gpus "$gpus") ;;
esac
exec "$engine" run "${options[@]}" "$image" "$@"
