<?php

declare(strict_types=1);

namespace LedgerReconcile;

/**
 * A line and an entry of the same amount.
 *
 * @internal
 */
final class Pair
{
    /** In days. */
    public readonly int $distance;

    public function __construct(public readonly Item $line, public readonly Item $entry)
    {
        $this->distance = abs($line->day - $entry->day);
    }

    public function isOpen(): bool
    {
        return !$this->line->isMatched && !$this->entry->isMatched;
    }

    public function hasSameReference(): bool
    {
        return $this->line->reference !== '' && $this->line->reference === $this->entry->reference;
    }

    public function lacksReference(): bool
    {
        return $this->line->reference === '' || $this->entry->reference === '';
    }
}
