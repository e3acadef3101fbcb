#!/usr/bin/env bash
# Makes the environment (see quickstart.sh) and times the evaluator side by side with py-ctcmetrics and traccuracy, in
# one run on this machine. The other tools are installed from the package index into an environment of their own, in the
# folder OTHERS (ctc-submission/benchmark-env in the user's folder for caches if not set), kept for the next run.
# Arguments go to the benchmark, such as
#   run_scripts/benchmark_evaluation.sh --runs 1
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"
OTHERS=${OTHERS:-$(private_folder)/benchmark-env}

echo "This times the evaluator and two others: 10 minutes, most of them for the others."
make_environment ''
if [ ! -x "$OTHERS/bin/traccuracy" ]; then
    say "Installing the other tools into $OTHERS."
    "$python" -m venv --clear "$OTHERS"
    "$OTHERS/bin/python" -m pip install --quiet py-ctcmetrics==1.3.3 traccuracy==0.4.3
fi
say "Timing."
exec "$python" benchmarks/evaluation.py "$OTHERS/bin" "$@"
