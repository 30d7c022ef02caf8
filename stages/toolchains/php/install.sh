# Settings for the system's PHP and PHPUnit, and what starts them. Called as: sh install.sh FOLDER, in this folder.
set -eu
PATH=/usr/bin:/bin # the PHP of the box, which does not see /etc/php
mkdir -p "$1/bin"
cp php.ini run.php "$1"
# Later ones need earlier ones; some may be built in.
folder=$(php -n -r 'echo ini_get("extension_dir");')
for name in ctype dom fileinfo iconv mbstring pdo pdo_sqlite posix simplexml sockets sqlite3 tokenizer xml xmlreader xmlwriter; do
    if [ -e "$folder/$name.so" ]; then
        echo "extension=$name" >> "$1/php.ini"
    fi
done
PHPRC=$1 PHP_INI_SCAN_DIR='' php "$1/run.php" /dev/null --version
