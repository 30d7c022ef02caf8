<?php

declare(strict_types=1);

namespace TarArchive;

/** What reading and writing have in common. */
final class Format
{
    public const BLOCK_SIZE = 512;
    public const MAGIC = "ustar\00000"; // and version
    public const CHECKSUM_OFFSET = 148;

    public static function fillSize(int $contentSize): int
    {
        return (self::BLOCK_SIZE - $contentSize % self::BLOCK_SIZE) % self::BLOCK_SIZE;
    }

    /** The sum of all bytes, those of the checksum field taken for spaces. */
    public static function checksum(string $header): int
    {
        return array_sum(unpack('C*', substr_replace($header, str_repeat(' ', 8), self::CHECKSUM_OFFSET, 8)));
    }

    public static function isSafePath(string $path): bool
    {
        return self::areSafeNames(explode('/', $path));
    }

    /** ".." after a name could be that after a link, and then lead anywhere; at the beginning it leaves a real folder. */
    public static function isSafeTarget(string $path, string $target): bool
    {
        $names = explode('/', $target);
        for ($up = 0; $up < count($names) && $names[$up] === '..'; $up++) {
        }

        return $up <= substr_count($path, '/') && self::areSafeNames(array_slice($names, $up));
    }

    private static function areSafeNames(array $names): bool
    {
        return array_intersect($names, ['', '.', '..']) === [] && !str_contains(implode('', $names), "\0");
    }
}
