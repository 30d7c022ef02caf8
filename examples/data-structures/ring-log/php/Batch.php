<?php

declare(strict_types=1);

namespace RingLog;

/** What one reading of a log gave. */
final class Batch
{
    /**
     * @param int $lost how many of the numbers asked for are no longer held
     * @param list<mixed> $entries oldest first
     * @param int $next the number to go on reading from
     */
    public function __construct(
        public readonly int $lost,
        public readonly array $entries,
        public readonly int $next,
    ) {
    }
}
