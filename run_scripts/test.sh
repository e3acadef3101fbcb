#!/usr/bin/env bash
# Makes the environment (see quickstart.sh) with what developers need and runs the tests. Arguments go to pytest, such as
#   run_scripts/test.sh tests/challenge -k mask
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

echo "This installs the project and its tools into $VENV (2 minutes the first time) and runs the tests (10 to 20 minutes on two cores)."
make_environment '[dev]'
say "Running the tests."
exec "$python" -m pytest "$@"
