<?php

declare(strict_types=1);

namespace EventStream;

/** One event of a stream. */
final class StreamEvent
{
    public function __construct(
        public readonly string $type,
        public readonly string $data,
        public readonly string $lastId,
    ) {
    }
}
