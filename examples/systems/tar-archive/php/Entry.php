<?php

declare(strict_types=1);

namespace TarArchive;

/** A file, a folder or a symbolic link to be written. */
final class Entry
{
    private function __construct(
        public readonly string $type,
        public readonly string $path,
        public readonly int $mode,
        public readonly string $content = '',
        public readonly string $target = '',
    ) {
    }

    public static function file(string $path, string $content, int $mode = 0644): self
    {
        return new self('0', $path, $mode & 0777, $content);
    }

    public static function folder(string $path): self
    {
        return new self('5', $path, 0755);
    }

    public static function link(string $path, string $target): self
    {
        return new self('2', $path, 0777, target: $target);
    }
}
