#!/bin/sh
# Installs locked toolchains where the sandbox has them, as `proven doctor --install` does. Called as: sh install.sh NAME...
set -eu
export DEBIAN_FRONTEND=noninteractive
cd "${0%/*}"
apt-get update -qq
packages='ca-certificates python3 python3-venv'
for line in $(for name; do cat "toolchains/$name/apt.txt" 2>/dev/null || :; done | sort -u); do
    # Of alternatives the first that apt knows; one that begins with command: is not apt's.
    for package in $(echo "$line" | tr '|' ' '); do
        case $package in command:*) continue ;; esac
        if apt-cache show "$package" >/dev/null 2>&1; then break; fi
    done
    packages="$packages $package"
done
apt-get install --yes -qq --no-install-recommends $packages
python3 -m venv uv
uv/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r uv.txt
export PATH="$PWD/uv/bin:$PATH"
mkdir -p /box/toolchains
for name; do (cd "toolchains/$name" && sh install.sh "/box/toolchains/$name"); done
if [ -d /box/toolchains/node ]; then
    mv /box/toolchains/node/node_modules /box/node_modules
    ln -s /box/node_modules /box/toolchains/node/node_modules
    ln -s /box/node_modules /node_modules # for what lies in /app
fi
rm -rf uv ~/.cache ~/.cargo ~/.m2 ~/.npm /tmp/* /var/lib/apt/lists/*
