# Minitest, as the system's Ruby has it, and what starts it. Called as: sh install.sh FOLDER, in this folder.
set -eu
mkdir -p "$1/bin" "$1/lib"
# The Ruby of the box; its gems may be in folders that the box does not see.
minitest=$(env -u GEM_HOME -u GEM_PATH PATH=/usr/bin:/bin ruby -e 'puts Gem::Specification.find_by_name("minitest", "~> 5.15").full_require_paths.first')
cp -R "$minitest/." "$1/lib"
cp run.rb "$1"
