#!/usr/bin/env bash
# Makes the environment (see quickstart.sh) with Sphinx and builds the site into build/site; any warning is an error, such as
# a link that leads nowhere or a page that no menu lists.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/_environment.sh"

make_environment '[docs]'
"$python" -m sphinx --fail-on-warning --keep-going --quiet -b html -c docs . build/site "$@"
say "Look at $PWD/build/site/docs/index.html."
