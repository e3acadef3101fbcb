# Sourced by the scripts beside it. Sets `python` (an interpreter that has the packages needed), `models` (the folder of
# the weights) and `data` (the folder of the datasets), wherever the script was called from. In an unpacked submission,
# where no interpreter has the packages, it makes the environment SW/.venv; from SW/wheels, if these were packed.
# shellcheck shell=bash disable=SC2034

sw=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$sw # an unpacked submission holds package and weights in SW
[ -d "$sw/ctc_submission" ] || root=$(dirname "$sw") # the repository has them beside SW
models=$root/models
code=$root
[ -d "$root/ctc_submission" ] || code=$(dirname "$root") # an installed package holds both
data=${DATA_DIR:-$(dirname "$sw")}

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 2
}

find_python() {
    local candidate
    for candidate in "$sw/.venv/bin/python" "$root/.venv/bin/python"; do
        if [ -x "$candidate" ]; then
            echo "$candidate"
            return
        fi
    done
    echo python3
}

# Prints what keeps an interpreter from running the package; nothing if all is well.
what_python_lacks() {
    "$1" - 2>/dev/null <<'END'
import sys

sys.path[:] = [folder for folder in sys.path if folder]
from importlib.util import find_spec

needed = "cv2 imagecodecs numpy safetensors scipy skimage tifffile timm torch tqdm".split()
if sys.version_info < (3, 11):
    needed.append("tomli")
missing = [name for name in needed if find_spec(name) is None]
if sys.version_info < (3, 10):
    print("is Python %d.%d, expected 3.10 to 3.13" % sys.version_info[:2])
elif missing:
    print("lacks " + ", ".join(missing))
END
}

# Makes SW/.venv, or completes one that an interruption left half made; scripts that start together wait for each other.
make_environment() {
    local from=()
    [ ! -d "$sw/wheels" ] || from=(--no-index --find-links "$sw/wheels")
    echo "$(basename "$0"): making the environment $sw/.venv, once" >&2
    if command -v flock >/dev/null; then
        exec 9>"$sw/.venv.lock"
        flock 9
    fi
    {
        "$python" -m venv "$sw/.venv" &&
            "$sw/.venv/bin/python" -m pip install --quiet --disable-pip-version-check \
                ${from[@]+"${from[@]}"} -r "$sw/requirements.txt"
    } >&2 || fail "cannot make $sw/.venv: see above; or name a Python with the packages of requirements.txt in PYTHON"
    exec 9>&-
    python=$sw/.venv/bin/python
}

python=${PYTHON:-$(find_python)}
export PYTHONSAFEPATH=1
lack=$(what_python_lacks "$python") || fail "cannot run '$python': install Python 3.10 to 3.13, or name one in PYTHON"
if [ -z "${PYTHON:-}" ] && [ "$root" = "$sw" ] && [[ $lack = lacks* ]]; then
    make_environment
    lack=$(what_python_lacks "$python")
fi
[ -z "$lack" ] || fail "$python $lack: run '$python -m pip install -r $root/requirements.txt', or name another Python in PYTHON"

export PYTHONPATH="$code${PYTHONPATH:+:$PYTHONPATH}"
# Nothing in the folder one calls from is taken for a module. Python 3.10 does not know PYTHONSAFEPATH.
if "$python" -c 'import sys; sys.exit(sys.path[0] != "")'; then
    PYTHONPATH="$code/ctc_submission/_startup:$PYTHONPATH"
fi >/dev/null
