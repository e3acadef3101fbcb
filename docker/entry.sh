#!/usr/bin/env bash
# What the image runs: the scripts of SW on the datasets in DATA_DIR (/data), a check of the installation, or the toolkit
# itself. Without arguments it says how it is called, and which datasets it finds.
set -euo pipefail
trap 'exit 130' INT
trap 'exit 143' TERM

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
data=${DATA_DIR:-/data}
python=${PYTHON:-python3}

fail() {
    echo "ctc-submission: $*" >&2
    exit 2
}

# The names of the scripts: DATASET-SEQUENCE, and DATASET-SEQUENCE-CONFIGURATION.
script_names() {
    local script
    for script in "$root"/SW/[!_]*.sh; do basename "$script" .sh; done
}

# sequence_of NAME: the folder of frames that a script reads, below DATA_DIR.
sequence_of() {
    [[ $1 =~ ^(.+)-([0-9][0-9])(-.+)?$ ]]
    echo "${BASH_REMATCH[1]}/${BASH_REMATCH[2]}"
}

# count_frames NAME: frames there are for a script.
count_frames() {
    { find "$data/$(sequence_of "$1")/" -maxdepth 1 -name 't[0-9]*.tif' 2>/dev/null || true; } | wc -l
}

explain() {
    local name
    cat <<END
Segments datasets of the Cell Tracking Challenge: frames in /data/DATASET/01, masks to /data/DATASET/01_RES.

  docker run --rm --gpus all --user "\$(id -u):\$(id -g)" -v "\$PWD/data:/data" IMAGE ARGUMENTS

ARGUMENTS are one of
  NAME [OPTIONS]               run the script SW/NAME.sh; the names are below
  all [OPTIONS]                run every script that has frames
  check                        see whether networks, weights and device work
  ctc-submission COMMAND ...   call the toolkit, in /data; ctc-submission --help lists its commands
OPTIONS go to the script, such as --device cpu or --overwrite.

Frames found in $data:
END
    for name in $(script_names); do
        printf '  %-24s %s\n' "$name" "$(count_frames "$name")"
    done
}

# Masks go beside the frames: said before the networks are loaded, as it is what one forgets.
check_writable() {
    local folder
    folder=$data/$(dirname "$(sequence_of "$1")")
    [ ! -d "$folder" ] || [ -w "$folder" ] ||
        fail "user $(id -u):$(id -g) cannot write to $folder: add --user \"\$(id -u):\$(id -g)\" before the image's name"
}

run_all() {
    local name ran=() failed=()
    for name in $(script_names); do
        [ "$(count_frames "$name")" -gt 0 ] || continue
        ran+=("$name")
        echo "== $name"
        "$0" "$name" "$@" || failed+=("$name")
    done
    [ ${#ran[@]} -gt 0 ] || fail "no frames found in $data, expected such as $data/Fluo-C3DL-MDA231/01/t000.tif"
    [ ${#failed[@]} -eq 0 ] || fail "${#failed[@]} of ${#ran[@]} scripts failed: ${failed[*]}"
}

case ${1:-} in
    '' | help | -h | --help) explain ;;
    all) run_all "${@:2}" ;;
    check) exec "$python" -m ctc_submission "$@" ;;
    ctc-submission) exec "$python" -m ctc_submission "${@:2}" ;;
    *)
        [[ $1 != _* && $1 != */* && -f $root/SW/$1.sh ]] || fail "no script is named '$1', expected one of $(script_names | paste -sd ' ')"
        check_writable "$1"
        exec "$root/SW/$1.sh" "${@:2}"
        ;;
esac
