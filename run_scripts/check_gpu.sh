#!/usr/bin/env bash
# For a machine with an NVIDIA GPU: runs the tests that need one, then times all networks on it in float16 and float32, by
# batch size, and writes the table for docs/speed.md to runs/gpu/benchmark.md. A few minutes once the environment is there.
# Arguments go to the benchmark (run_scripts/benchmark.sh --help), such as
#   run_scripts/check_gpu.sh --device cuda:1 --output runs/gpu-1
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

command -v nvidia-smi >/dev/null || fail "no NVIDIA GPU here (nvidia-smi is missing): nothing is checked"
make_environment '[dev]'
"$python" -c 'import torch; raise SystemExit(not torch.cuda.is_available())' ||
    fail "torch sees no CUDA device: install a build of torch for this driver (https://pytorch.org), nothing is checked"
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
say "Running the tests that need a GPU."
"$python" -m pytest -m cuda tests/network tests/segmentation tests/benchmarks/speed
say "Timing the networks; other work on the GPU spoils the figures."
exec "$python" -m benchmarks.speed --parts gpu --device cuda --runs 5 --output runs/gpu "$@"
