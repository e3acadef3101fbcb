#!/usr/bin/env bash
# Makes the environment (see quickstart.sh) and measures time and memory: networks side by side, simulated frames of the
# challenge's sizes beside the published program's cost, the general model, start-up. benchmark.md, benchmark.json and
# pictures in runs/benchmark. 40 minutes on two cores. Arguments are passed on (--help tells), such as
#   run_scripts/benchmark.sh --parts networks
#   run_scripts/benchmark.sh --parts frames --datasets Fluo-C3DL-MDA231 --runs 1
#   run_scripts/benchmark.sh --quick     tiny frames: shows that all works
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

make_environment '[import]'
say "Measuring; other work on this machine spoils the figures."
exec "$python" -m benchmarks.speed "$@"
