<?php

declare(strict_types=1);

namespace IniConfig;

/** A line that sets a key. */
final class Entry
{
    public function __construct(
        public readonly int $line,
        public readonly string $key,
        public readonly string $value,
    ) {
    }
}
