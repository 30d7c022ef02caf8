<?php

declare(strict_types=1);

namespace TarArchive;

require_once __DIR__ . '/ArchiveException.php';
require_once __DIR__ . '/Format.php';

/** One extraction into a folder that was just made. */
final class Extraction
{
    private const FIELDS = 'a100name/a8mode/x16/a12size/x12/a8checksum/atype/a100target/a8magic/x80/a155prefix';

    private int $index = 0;

    /** @param resource $archive */
    public function __construct(
        private $archive,
        private readonly string $folder,
        private readonly int $maxEntries,
        private int $sizeLeft,
    ) {
    }

    /** Returns the number of entries. */
    public function run(): int
    {
        $zeroBlock = str_repeat("\0", Format::BLOCK_SIZE);
        while (($block = $this->read(Format::BLOCK_SIZE)) !== $zeroBlock) {
            $this->extractEntry($block);
            $this->index++;
        }
        $this->require($this->read(Format::BLOCK_SIZE) === $zeroBlock, ErrorKind::Malformed);

        return $this->index;
    }

    private function extractEntry(string $block): void
    {
        $fields = unpack(self::FIELDS, $block);
        $isIntact = $fields['magic'] === Format::MAGIC && $this->number($fields['checksum']) === Format::checksum($block);
        $this->require($isIntact, ErrorKind::Malformed);
        $mode = $this->number($fields['mode']) & 0777;
        $size = $this->number($fields['size']);
        $type = $fields['type'] === "\0" ? '0' : $fields['type'];
        $this->require($size === 0 || !str_contains('25', $type), ErrorKind::Malformed);
        $this->require(str_contains('025', $type), ErrorKind::Unsupported);

        $path = $this->path($fields, $type === '5');
        $target = strstr($fields['target'] . "\0", "\0", true);
        $isSafe = Format::isSafePath($path) && ($type !== '2' || Format::isSafeTarget($path, $target));
        $this->require($isSafe, ErrorKind::Unsafe);
        $this->require($this->index < $this->maxEntries && $size <= $this->sizeLeft, ErrorKind::Limit);
        $this->sizeLeft -= $size;

        $this->makeFoldersAbove($path);
        match ($type) {
            '5' => $this->makeFolder($path),
            '2' => $this->makeLink($path, $target),
            '0' => $this->makeFile($path, $size, $mode),
        };
    }

    private function path(array $fields, bool $isFolder): string
    {
        $prefix = strstr($fields['prefix'] . "\0", "\0", true);
        $name = strstr($fields['name'] . "\0", "\0", true);
        $path = $prefix === '' ? $name : "$prefix/$name";

        return $isFolder && str_ends_with($path, '/') ? substr($path, 0, -1) : $path;
    }

    private function number(string $field): int
    {
        $this->require(preg_match('/^ *([0-7]+)[ \0]+$/D', $field, $match) === 1, ErrorKind::Malformed);

        return octdec($match[1]);
    }

    private function read(int $size): string
    {
        $bytes = $size === 0 ? '' : (string) self::transferred(fn () => @stream_get_contents($this->archive, $size));
        $this->require(strlen($bytes) === $size, ErrorKind::Truncated);

        return $bytes;
    }

    /** Each name before the last becomes a real folder, so that no path goes through a link. */
    private function makeFoldersAbove(string $path): void
    {
        for ($slash = 0; ($slash = strpos($path, '/', $slash)) !== false; $slash++) {
            $this->makeFolder(substr($path, 0, $slash));
        }
    }

    private function makeFolder(string $path): void
    {
        $place = "$this->folder/$path";
        $isMade = is_dir($place) && !is_link($place);
        if (!$isMade) {
            $this->requireFree($place);
            self::done(@mkdir($place));
        }
    }

    private function makeLink(string $path, string $target): void
    {
        $place = "$this->folder/$path";
        $this->requireFree($place);
        self::done(@symlink($target, $place));
    }

    private function makeFile(string $path, int $size, int $mode): void
    {
        $place = "$this->folder/$path";
        $this->requireFree($place);
        $file = self::done(@fopen($place, 'xb'));
        try {
            $copied = $size === 0 ? 0 : self::transferred(fn () => @stream_copy_to_stream($this->archive, $file, $size));
            $this->require($copied === $size, ErrorKind::Truncated);
            $this->read(Format::fillSize($size));
        } finally {
            fclose($file);
        }
        self::done(@chmod($place, $mode));
    }

    /** Nobody else makes anything in the new folder, so what is free now is so a moment later. */
    private function requireFree(string $place): void
    {
        $this->require(!file_exists($place) && !is_link($place), ErrorKind::Conflict);
    }

    private function require(bool $holds, ErrorKind $kind): void
    {
        if (!$holds) {
            throw new ArchiveException($kind, $this->index);
        }
    }

    /** Returns what the transfer returned; only the last error tells whether the system failed or there was no more. */
    private static function transferred(\Closure $transfer): mixed
    {
        error_clear_last();
        $result = $transfer();
        $error = error_get_last();

        return $error === null ? $result : throw new \RuntimeException($error['message']);
    }

    /** Returns what a function of the system returned, unless it failed. */
    private static function done(mixed $result): mixed
    {
        return $result !== false ? $result : throw new \RuntimeException(error_get_last()['message']);
    }
}
