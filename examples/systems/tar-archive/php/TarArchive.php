<?php

declare(strict_types=1);

namespace TarArchive;

require_once __DIR__ . '/ArchiveException.php';
require_once __DIR__ . '/Entry.php';
require_once __DIR__ . '/Extraction.php';
require_once __DIR__ . '/Format.php';

/** Writes archives in the ustar format and extracts them safely. */
final class TarArchive
{
    private const HEADER = 'a100a8a8a8a12a12a8aa100a8a32a32a8a8a155a12';

    /**
     * Extracts an archive into a folder, which must not exist; if that fails there is no such folder afterwards.
     *
     * @param resource $archive
     * @param int $maxSize of all files together, in bytes
     *
     * @return int the number of entries
     *
     * @throws ArchiveException
     * @throws \RuntimeException if the system refuses something
     */
    public static function extract($archive, string $folder, int $maxEntries, int $maxSize): int
    {
        if (!@mkdir($folder)) {
            throw new \RuntimeException("cannot make $folder: " . error_get_last()['message']);
        }
        try {
            return (new Extraction($archive, $folder, $maxEntries, $maxSize))->run();
        } catch (\Throwable $error) {
            self::remove($folder);
            throw $error;
        }
    }

    /**
     * Writes an archive.
     *
     * @param resource $archive
     * @param list<Entry> $entries
     *
     * @throws ArchiveException Unsafe or TooLong, before anything is written
     * @throws \RuntimeException if the stream fails
     */
    public static function write($archive, array $entries): void
    {
        $headers = array_map(self::header(...), $entries, array_keys($entries));
        foreach ($entries as $index => $entry) {
            $fill = str_repeat("\0", Format::fillSize(strlen($entry->content)));
            self::put($archive, $headers[$index] . $entry->content . $fill);
        }
        self::put($archive, str_repeat("\0", 2 * Format::BLOCK_SIZE));
    }

    private static function header(Entry $entry, int $index): string
    {
        $isSafe = Format::isSafePath($entry->path)
            && ($entry->type !== '2' || Format::isSafeTarget($entry->path, $entry->target));
        if (!$isSafe) {
            throw new ArchiveException(ErrorKind::Unsafe, $index);
        }
        $stored = self::split($entry->type === '5' ? "$entry->path/" : $entry->path);
        if ($stored === null || strlen($entry->target) > 100) {
            throw new ArchiveException(ErrorKind::TooLong, $index);
        }
        [$prefix, $name] = $stored;
        $size = sprintf('%011o', strlen($entry->content));
        $mode = sprintf('%07o', $entry->mode);
        $zero = '0000000';
        $fields = [$name, $mode, $zero, $zero, $size, '00000000000', '', $entry->type, $entry->target, Format::MAGIC];
        $header = pack(self::HEADER, ...$fields, ...['', '', $zero, $zero, $prefix, '']);

        return substr_replace($header, sprintf("%06o\0 ", Format::checksum($header)), Format::CHECKSUM_OFFSET, 8);
    }

    /** @return ?array{string, string} prefix and name of a stored path, null if it fits in no way */
    private static function split(string $path): ?array
    {
        if (strlen($path) <= 100) {
            return ['', $path];
        }
        $slash = strpos($path, '/', strlen($path) - 101);
        $fits = $slash !== false && $slash <= 155 && $slash < strlen($path) - 1;

        return $fits ? [substr($path, 0, $slash), substr($path, $slash + 1)] : null;
    }

    private static function put($archive, string $bytes): void
    {
        if (@fwrite($archive, $bytes) !== strlen($bytes)) {
            throw new \RuntimeException('cannot write the archive');
        }
    }

    /** Removes a file, a link, but not what it leads to, or a folder with all that is in it. */
    private static function remove(string $path): void
    {
        if (is_link($path) || !is_dir($path)) {
            unlink($path);

            return;
        }
        foreach (array_diff(scandir($path), ['.', '..']) as $name) {
            self::remove("$path/$name");
        }
        rmdir($path);
    }
}
