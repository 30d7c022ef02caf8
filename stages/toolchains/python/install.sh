# Python packages for python, fastapi, flask and django examples and for black-box tests. Called as: sh install.sh FOLDER, in this folder, with uv and python on PATH.
set -eu
uv venv --quiet --python "$(command -v python)" "$1"
uv pip install --quiet --python "$1/bin/python" --require-hashes --compile-bytecode -r requirements.txt
# A virtual environment runs the interpreter that it was made with.
mkdir "$1/host"
ln -s "$("$1/bin/python" -c 'import sys; print(sys.base_prefix)')" "$1/host/python"
