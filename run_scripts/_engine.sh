# Sourced by docker_build.sh and docker_run.sh. Goes to the repository's root; sets `engine`, `image` and `version`.
# shellcheck shell=bash disable=SC2034

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." || exit
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' ctc_submission/__init__.py)
image=${IMAGE:-ctc-submission:$version}

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 2
}

# The first engine that answers: a client may be installed where its service does not run.
find_engine() {
    local candidate
    for candidate in docker podman buildah; do
        if "$candidate" info >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    fail "neither docker nor podman nor buildah answers; start or install one, or name it in CONTAINER_ENGINE"
}

engine=${CONTAINER_ENGINE:-$(find_engine)}
