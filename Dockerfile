# The toolkit with its weights: runs the scripts of SW on the datasets mounted at /data. See docs/docker.md.
#
#   run_scripts/docker_build.sh
#   docker run --rm --gpus all --user "$(id -u):$(id -g)" -v "$PWD/data:/data" IMAGE Fluo-C3DL-MDA231-01
#
# --build-arg TORCH_INDEX=URL      where to take torch from: https://download.pytorch.org/whl/cpu, and CUDA stays out
# --build-context wheels=FOLDER    wheels of one's own, preferred to those of the package index

FROM scratch AS wheels

FROM python:3.12-slim

WORKDIR /opt/ctc-submission
COPY requirements.txt constraints.txt ./
ARG TORCH_INDEX=""
RUN --mount=type=bind,from=wheels,target=/wheels \
    python3 -m pip install --no-cache-dir --root-user-action ignore --constraint constraints.txt --requirement requirements.txt \
    --find-links /wheels ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"}

# The package, SW, models and the entry; readable whatever the rights in the checkout.
COPY --chmod=755 . .

# Any user may run it: nothing is written but to /data, caches go to /tmp.
ENV DATA_DIR=/data PYTHON=python3 PYTHONPATH=/opt/ctc-submission PYTHONSAFEPATH=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp HF_HUB_OFFLINE=1 CTC_SUBMISSION_CACHE=/opt/ctc-submission-cache

# Converts the networks for OpenVINO once, for every run on CPUs; and shows that they work.
RUN python3 -m ctc_submission check --device cpu

ARG VERSION=""
ARG REVISION=""
LABEL org.opencontainers.image.title="ctc-submission" \
    org.opencontainers.image.description="EfficientCellSeg for the Cell Tracking Challenge: raw frames in, challenge masks out" \
    org.opencontainers.image.licenses="BSD-3-Clause" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION"

WORKDIR /data
USER 1000:1000
HEALTHCHECK --interval=10m --timeout=5m CMD ["/opt/ctc-submission/docker/entry.sh", "check"]
ENTRYPOINT ["/opt/ctc-submission/docker/entry.sh"]
