# Sourced by the scripts beside it, which first set -euo pipefail. Goes to the repository's root; `make_environment`
# makes or reuses the virtual environment in VENV (.venv if not set) and sets `python` to its interpreter.
# shellcheck shell=bash

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." || exit
VENV=${VENV:-.venv}

say() { echo "== $*"; }

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 2
}

# Makes a folder for environments below the user's folder for caches, which nobody else can write to, and prints it: what
# lies in a folder for all under a name that can be foreseen may be another's.
private_folder() {
    local folder=${XDG_CACHE_HOME:-${HOME:?is not set, and names the folder for caches}/.cache}/ctc-submission
    mkdir -p "$(dirname "$folder")"
    mkdir -m 700 "$folder" 2>/dev/null || { [ -d "$folder" ] && [ -O "$folder" ]; } ||
        fail "$folder belongs to somebody else: name another folder in XDG_CACHE_HOME"
    echo "$folder"
}

# Whether a command is a Python from 3.10 to 3.13 that can make virtual environments.
is_python() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11 python3.10 python; do
        if is_python "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "no Python from 3.10 to 3.13 with the modules venv and ensurepip found (python3 is" \
        "$(python3 --version 2>&1 || true)); install one (Debian and Ubuntu: apt install python3-venv), or name it in PYTHON"
}

# make_environment EXTRAS: VENV with this project installed; EXTRAS is '' or such as '[train]'. A stamp is left in it once
# the installation is complete: without one, or with that of other requirements, the installation is done again. That of
# [dev] counts for all extras.
make_environment() {
    local wanted
    wanted="$(cksum <pyproject.toml) $PWD"
    python=$VENV/bin/python
    if grep -qsxF "$wanted" "$VENV/ctc-submission$1"*.stamp "$VENV/ctc-submission[dev].stamp" && "$python" -c ''; then
        say "Environment $VENV is ready."
        return
    fi
    check_folder
    "$python" -m pip --version >/dev/null 2>&1 || make_empty_environment
    install_project "$1"
    if ! is_whole "$1"; then
        say "$VENV was left half made, so it is made anew."
        make_empty_environment
        install_project "$1"
    fi
    echo "$wanted" >"$VENV/ctc-submission$1.stamp"
}

check_folder() {
    if [ -e "$VENV" ] && [ ! -f "$VENV/pyvenv.cfg" ] && [ ! -f "$VENV.making" ] && [ -n "$(ls -A "$VENV")" ]; then
        fail "$VENV is no virtual environment: move it away, or name another folder in VENV"
    fi
}

make_empty_environment() {
    local base=${PYTHON:-}
    [ -n "$base" ] || base=$(find_python)
    is_python "$base" || fail "PYTHON is '$base', expected a Python from 3.10 to 3.13 with the modules venv and ensurepip"
    say "Making the environment $VENV with $("$base" --version)."
    mkdir -p "$(dirname "$VENV")"
    touch "$VENV.making" # so that what an interruption leaves is known as ours
    "$base" -m venv --clear "$VENV"
    rm "$VENV.making"
}

install_project() {
    say "Installing into $VENV: 2 minutes on a fast line. What is downloaded is kept for the next time."
    if [ -n "${TORCH_INDEX:-}" ]; then
        install torch torchvision --index-url "$TORCH_INDEX"
    elif [ "$(uname -s)" = Linux ]; then
        say "On Linux, torch from PyPI brings CUDA's libraries: 3 GB to download, 6 GB of disk. Without an NVIDIA GPU the" \
            "small build is enough; for that stop here, and call" \
            "TORCH_INDEX=https://download.pytorch.org/whl/cpu run_scripts/$(basename "$0")"
    fi
    install --editable ".$1"
}

# install ARGUMENTS...: into VENV, by pip, or, several times as quick, by uv where UV names its command. What uv does not
# manage, pip does: it has settings of its own, such as those for a package index behind a firewall.
install() {
    if [ -n "${UV:-}" ]; then
        "$UV" pip install --quiet --python "$python" "$@" && return
        say "$UV could not install it, so pip does."
    fi
    "$python" -m pip install "$@"
}

# is_whole EXTRAS: whether every package can be imported; a half-unpacked one cannot.
is_whole() {
    local modules="ctc_submission.segmentation.pipeline, ctc_submission.network.efficientcellseg, matplotlib"
    case $1 in *dev* | *train*) modules+=", ctc_submission.training.loop" ;; esac
    "$python" -c "import $modules" >/dev/null 2>&1
}
