<?php

declare(strict_types=1);

namespace LedgerReconcile;

/** An entry and the lines that pay it, by ids. */
final class MatchedEntry
{
    /** @param list<string> $lines */
    public function __construct(
        public readonly string $entry,
        public readonly array $lines,
        public readonly Step $by,
    ) {
    }
}
