<?php

declare(strict_types=1);

namespace LedgerReconcile;

/** A line and the entries that it may pay, by ids. */
final class AmbiguousLine
{
    /** @param list<string> $entries */
    public function __construct(public readonly string $line, public readonly array $entries)
    {
    }
}
