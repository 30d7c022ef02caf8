<?php

declare(strict_types=1);

namespace LedgerReconcile;

/** What was found, in input order. */
final class Report
{
    /**
     * @param list<MatchedEntry> $matches
     * @param list<AmbiguousLine> $ambiguous
     * @param list<string> $unmatchedLines
     * @param list<string> $unmatchedEntries
     */
    public function __construct(
        public readonly array $matches,
        public readonly array $ambiguous,
        public readonly array $unmatchedLines,
        public readonly array $unmatchedEntries,
    ) {
    }
}
