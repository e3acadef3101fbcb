"""Run as ``python -m benchmarks.speed``; called by run_scripts/benchmark.sh."""

import sys

from benchmarks.speed.command import main

if __name__ == "__main__":
    sys.exit(main())
