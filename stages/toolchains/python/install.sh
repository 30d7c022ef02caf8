# Python packages for python and fastapi examples. Called as: sh install.sh FOLDER, in this folder, with uv and python on PATH.
set -eu
uv venv --quiet --python "$(command -v python)" "$1"
uv pip install --quiet --python "$1/bin/python" --require-hashes --compile-bytecode -r requirements.txt
