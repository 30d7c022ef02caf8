<?php

declare(strict_types=1);

namespace LedgerReconcile;

require_once __DIR__ . '/AmbiguousLine.php';
require_once __DIR__ . '/Item.php';
require_once __DIR__ . '/LedgerEntry.php';
require_once __DIR__ . '/MatchedEntry.php';
require_once __DIR__ . '/Pair.php';
require_once __DIR__ . '/Report.php';
require_once __DIR__ . '/StatementLine.php';
require_once __DIR__ . '/Step.php';

/** Matches the lines of a bank statement with the entries of a ledger. */
final class Reconciliation
{
    private const MAX_TOLERANCE_DAYS = 31;

    /** @var array<int, MatchedEntry> by the position of the entry */
    private array $matches = [];

    /**
     * @param list<Item> $lines
     * @param list<Item> $entries
     */
    private function __construct(
        private readonly array $lines,
        private readonly array $entries,
        private readonly int $toleranceDays,
    ) {
    }

    /**
     * Matches by reference, in parts, then by date.
     *
     * @param list<StatementLine> $lines
     * @param list<LedgerEntry> $entries
     * @throws \InvalidArgumentException if an id, a date, an amount or the tolerance is invalid
     */
    public static function of(array $lines, array $entries, int $toleranceDays): Report
    {
        if ($toleranceDays < 0 || $toleranceDays > self::MAX_TOLERANCE_DAYS) {
            throw new \InvalidArgumentException("invalid tolerance: $toleranceDays");
        }

        return (new self(Item::readAll($lines), Item::readAll($entries), $toleranceDays))->run();
    }

    private function run(): Report
    {
        $pairs = $this->closePairs();
        $this->matchByReference($pairs);
        $this->matchInParts();
        $isCandidate = static fn (Pair $pair): bool => $pair->isOpen() && $pair->lacksReference();

        return $this->report($this->matchByDate(array_values(array_filter($pairs, $isCandidate))));
    }

    /** @return list<Pair> of equal amounts, in the order of lines, then of entries */
    private function closePairs(): array
    {
        $entriesByAmount = [];
        foreach ($this->entries as $entry) {
            $entriesByAmount[$entry->amount][] = $entry;
        }
        $pairs = [];
        foreach ($this->lines as $line) {
            foreach ($entriesByAmount[$line->amount] ?? [] as $entry) {
                $pair = new Pair($line, $entry);
                if ($pair->distance <= $this->toleranceDays) {
                    $pairs[] = $pair;
                }
            }
        }

        return $pairs;
    }

    /** @param list<Pair> $pairs */
    private function matchByReference(array $pairs): void
    {
        $same = array_filter($pairs, static fn (Pair $pair): bool => $pair->hasSameReference());
        usort($same, static fn (Pair $one, Pair $other): int => $one->distance <=> $other->distance);
        foreach ($same as $pair) {
            if ($pair->isOpen()) {
                $this->match($pair->entry, [$pair->line], Step::Reference);
            }
        }
    }

    private function matchInParts(): void
    {
        $linesByReference = [];
        foreach ($this->lines as $line) {
            $linesByReference[$line->reference][] = $line;
        }
        foreach ($this->entries as $entry) {
            if ($entry->isMatched || !$entry->inParts || $entry->reference === '') {
                continue;
            }
            $parts = array_filter(
                $linesByReference[$entry->reference] ?? [],
                fn (Item $line): bool => !$line->isMatched && abs($line->day - $entry->day) <= $this->toleranceDays,
            );
            if (array_sum(array_column($parts, 'amount')) === $entry->amount) {
                $this->match($entry, array_values($parts), Step::Parts);
            }
        }
    }

    /**
     * @param list<Pair> $candidates
     * @return list<Pair> those left
     */
    private function matchByDate(array $candidates): array
    {
        do {
            $ofLines = self::onlyNearest($candidates, static fn (Pair $pair): int => $pair->line->position);
            $ofEntries = self::onlyNearest($candidates, static fn (Pair $pair): int => $pair->entry->position);
            $found = array_filter($ofLines, static fn (Pair $pair): bool
                => ($ofEntries[$pair->entry->position] ?? null) === $pair);
            foreach ($found as $pair) {
                $this->match($pair->entry, [$pair->line], Step::Date);
            }
            $candidates = array_values(array_filter($candidates, static fn (Pair $pair): bool => $pair->isOpen()));
        } while ($found !== []);

        return $candidates;
    }

    /**
     * Finds the pairs that are nearer than all others of the same item.
     *
     * @param list<Pair> $pairs
     * @param \Closure(Pair): int $position of the item
     * @return array<int, Pair> by that position
     */
    private static function onlyNearest(array $pairs, \Closure $position): array
    {
        $groups = [];
        foreach ($pairs as $pair) {
            $groups[$position($pair)][$pair->distance][] = $pair;
        }
        $nearest = array_map(static fn (array $byDistance): array => $byDistance[min(array_keys($byDistance))], $groups);

        return array_map(
            static fn (array $pairs): Pair => $pairs[0],
            array_filter($nearest, static fn (array $pairs): bool => count($pairs) === 1),
        );
    }

    /** @param list<Item> $lines */
    private function match(Item $entry, array $lines, Step $by): void
    {
        foreach ([$entry, ...$lines] as $item) {
            $item->isMatched = true;
        }
        $this->matches[$entry->position] = new MatchedEntry($entry->id, array_column($lines, 'id'), $by);
    }

    /** @param list<Pair> $candidates */
    private function report(array $candidates): Report
    {
        $entriesByLine = [];
        $named = new \SplObjectStorage();
        foreach ($candidates as $pair) {
            $entriesByLine[$pair->line->position][] = $pair->entry->id;
            $named->attach($pair->line);
            $named->attach($pair->entry);
        }
        $ambiguous = [];
        foreach ($entriesByLine as $position => $entries) {
            $ambiguous[] = new AmbiguousLine($this->lines[$position]->id, $entries);
        }
        ksort($this->matches);
        $isLeft = static fn (Item $item): bool => !$item->isMatched && !$named->contains($item);

        return new Report(
            array_values($this->matches),
            $ambiguous,
            array_column(array_filter($this->lines, $isLeft), 'id'),
            array_column(array_filter($this->entries, $isLeft), 'id'),
        );
    }
}
