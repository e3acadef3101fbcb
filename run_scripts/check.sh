#!/usr/bin/env bash
# Makes the environment (see quickstart.sh) with what developers need and checks form, types, the order of imports and
# the shell scripts. Takes half a minute once the environment is there.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

make_environment '[dev]'
say "Form."
"$python" -m ruff format --check .
"$python" -m ruff check .
say "Types."
"$python" -m mypy
say "Order of imports."
"$VENV/bin/lint-imports"
say "Shell scripts."
scripts=(SW/*.sh run_scripts/*.sh docker/*.sh .ci/run)
for script in "${scripts[@]}"; do bash -n "$script"; done
if PATH="$VENV/bin:$PATH" command -v shellcheck >/dev/null; then
    PATH="$VENV/bin:$PATH" shellcheck "${scripts[@]}"
else
    echo "shellcheck is not installed, so only their syntax was checked"
fi
