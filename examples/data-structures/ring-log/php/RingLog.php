<?php

declare(strict_types=1);

namespace RingLog;

require_once __DIR__ . '/Batch.php';

/**
 * The most recent entries, at most as many as the capacity; each further one overwrites the oldest.
 *
 * Iteration gives sequence numbers with their entries, oldest first; the log must not be changed meanwhile.
 */
final class RingLog implements \Countable, \IteratorAggregate
{
    /** @var array<int, mixed> entries by their number modulo the capacity */
    private array $slots = [];
    private int $next = 0;

    /** @throws \InvalidArgumentException if the capacity is less than 1 */
    public function __construct(public readonly int $capacity)
    {
        if ($capacity < 1) {
            throw new \InvalidArgumentException("capacity must be at least 1, not $capacity");
        }
    }

    /** Adds an entry and returns its number. */
    public function append(mixed $entry): int
    {
        $number = $this->next++;
        $this->slots[$number % $this->capacity] = $entry;

        return $number;
    }

    /** Removes all entries; the numbers go on. */
    public function clear(): void
    {
        $this->slots = [];
    }

    /**
     * Gives the entries with the number $from and greater.
     *
     * @throws \OutOfRangeException if $from is negative or greater than next()
     */
    public function read(int $from): Batch
    {
        if ($from < 0 || $from > $this->next) {
            throw new \OutOfRangeException("cannot read from $from, numbers go from 0 to {$this->next}");
        }
        $start = max($from, $this->first());

        return new Batch($start - $from, iterator_to_array($this->heldFrom($start), false), $this->next);
    }

    /** Returns the number of the oldest entry, or next() if the log is empty. */
    public function first(): int
    {
        return $this->next - count($this->slots);
    }

    /** Returns the number that the next entry will get. */
    public function next(): int
    {
        return $this->next;
    }

    public function count(): int
    {
        return count($this->slots);
    }

    /** @return \Generator<int, mixed> */
    public function getIterator(): \Generator
    {
        return $this->heldFrom($this->first());
    }

    /** @return \Generator<int, mixed> */
    private function heldFrom(int $start): \Generator
    {
        for ($number = $start; $number < $this->next; $number++) {
            yield $number => $this->slots[$number % $this->capacity];
        }
    }
}
