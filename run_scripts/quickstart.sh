#!/usr/bin/env bash
# From nothing but Python and the package index to a segmented, scored and drawn sequence. See the text it prints first.
#
# PYTHON       the Python to use; if not set, a Python from 3.10 to 3.13 is looked for
# VENV         folder of the virtual environment; .venv if not set
# TORCH_INDEX  package index to take torch from, such as https://download.pytorch.org/whl/cpu for the small build
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

dataset=Fluo-C3DL-MDA231
folder=data/quickstart

cat <<END
This makes a Python environment in $VENV, installs the project there, simulates a short $dataset with reference annotations
in $folder/$dataset, segments it with SW/$dataset-01.sh, scores the result, and draws a picture of it.
The first time takes about 2 minutes to install and 2 minutes to run on two cores; after that, half a minute.
END

make_environment '[report,train]'

if [ ! -f "$folder/$dataset/01_GT/TRA/man_track.txt" ]; then
    say "Simulating 3 frames."
    "$python" -m ctc_submission simulate "$dataset" "$folder/$dataset" --frames 3 --seed 7
fi
say "Segmenting them."
PYTHON=$python DATA_DIR=$folder "SW/$dataset-01.sh" --overwrite
say "Scoring the masks."
"$python" -m ctc_submission evaluate "$folder/$dataset" 01
say "Drawing a picture."
"$python" -m ctc_submission picture "$folder/$dataset" 01 "$folder/picture.png"

cat <<END

Done. Look at $PWD/$folder/picture.png: frame, reference annotation and result side by side.
The masks are in $PWD/$folder/$dataset/01_RES.
END
