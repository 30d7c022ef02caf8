<?php

declare(strict_types=1);

namespace SessionizeEvents;

/** A closed session: its least and greatest timestamps, and its pages by timestamp, then by arrival. */
final class Session
{
    /** @param list<string> $pages */
    public function __construct(
        public readonly string $user,
        public readonly int $startMs,
        public readonly int $endMs,
        public readonly array $pages,
    ) {
    }
}
