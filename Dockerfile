# The toolkit with its weights: runs the scripts of SW on the datasets mounted at /data.
#
#   docker build -t ctc-submission .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/data:/data" ctc-submission Fluo-C3DL-MDA231-01 [OPTIONS]
#
# TORCH_INDEX takes torch from another package index, such as https://download.pytorch.org/whl/cpu for the small build.
FROM python:3.12-slim

ARG TORCH_INDEX=""
WORKDIR /opt/ctc-submission
COPY requirements.txt .
RUN if [ -n "$TORCH_INDEX" ]; then pip install --no-cache-dir torch --index-url "$TORCH_INDEX"; fi \
    && pip install --no-cache-dir -r requirements.txt
COPY ctc_submission ctc_submission
COPY models models
COPY SW SW

ENV DATA_DIR=/data PYTHON=python3 PYTHONDONTWRITEBYTECODE=1 MPLCONFIGDIR=/tmp/matplotlib
USER nobody
ENTRYPOINT ["/bin/bash", "-c", "script=SW/$0.sh; if [ ! -x \"$script\" ]; then echo \"expected one of:\"; ls SW | sed -n 's/^\\([^_].*\\)\\.sh$/  \\1/p'; exit 2; fi; exec \"$script\" \"$@\""]
