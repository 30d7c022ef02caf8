<?php

declare(strict_types=1);

namespace LedgerReconcile;

/**
 * A checked line or entry.
 *
 * @internal
 */
final class Item
{
    private const MAX_AMOUNT = 1_000_000_000_000;
    private const SECONDS_PER_DAY = 86_400;

    /** Whether a match has it. */
    public bool $isMatched = false;

    private function __construct(
        public readonly string $id,
        public readonly int $position,
        public readonly int $day,
        public readonly int $amount,
        public readonly string $reference,
        public readonly bool $inParts,
    ) {
    }

    /**
     * @param list<StatementLine|LedgerEntry> $records
     * @return list<self>
     * @throws \InvalidArgumentException
     */
    public static function readAll(array $records): array
    {
        $ids = array_column($records, 'id');
        if (in_array('', $ids, true) || count(array_flip($ids)) < count($ids)) {
            throw new \InvalidArgumentException('an id is empty or repeated');
        }

        return array_map(self::read(...), $records, array_keys($records));
    }

    private static function read(StatementLine|LedgerEntry $record, int $position): self
    {
        if ($record->amount === 0 || abs($record->amount) > self::MAX_AMOUNT) {
            throw new \InvalidArgumentException("invalid amount of $record->id: $record->amount");
        }

        return new self(
            $record->id,
            $position,
            self::readDay($record->date),
            $record->amount,
            strtoupper(str_replace([' ', '-', '.', '/', '_', '#'], '', $record->reference)),
            $record instanceof LedgerEntry && $record->inParts,
        );
    }

    private static function readDay(string $date): int
    {
        $parts = [];
        $isDate = preg_match('/^((?:19|2\d)\d\d)-(\d\d)-(\d\d)$/D', $date, $parts) === 1
            && checkdate((int) $parts[2], (int) $parts[3], (int) $parts[1]);
        if (!$isDate) {
            throw new \InvalidArgumentException('invalid date: ' . var_export($date, true));
        }

        return intdiv(gmmktime(0, 0, 0, (int) $parts[2], (int) $parts[3], (int) $parts[1]), self::SECONDS_PER_DAY);
    }
}
