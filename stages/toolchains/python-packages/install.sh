# Python packages that human variants adapt. Called as: sh install.sh FOLDER, in this folder, with uv and python on PATH.
set -eu
uv pip install --quiet --python "$(command -v python)" --require-hashes --no-deps --compile-bytecode --target "$1/site" -r requirements.txt
