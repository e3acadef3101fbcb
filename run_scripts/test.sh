#!/usr/bin/env bash
# Makes the environment (see quickstart.sh) with what developers need and runs the tests, by as many processes as there are
# cores. Arguments go to pytest, such as
#   run_scripts/test.sh tests/challenge -k mask
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

echo "This installs the project and its tools into $VENV (2 minutes the first time) and runs the tests (8 to 20 minutes on two cores)."
make_environment '[dev]'
say "Running the tests."
[ $# -gt 0 ] || set -- -n auto --maxprocesses 8 --dist loadfile # all tests, shared by the cores
exec "$python" -m pytest "$@"
