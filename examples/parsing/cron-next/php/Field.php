<?php

declare(strict_types=1);

namespace CronNext;

require_once __DIR__ . '/CronException.php';
require_once __DIR__ . '/Reason.php';

/** The values that one field of a cron expression may have, and how its text is read. */
final class Field
{
    private const ITEM = '~
        \A (?: (?: \* | (?<first> (?&value) ) - (?<last> (?&value) ) ) (?: / (?<step> [0-9]++ ) )?
             | (?<only> (?&value) )
           ) \z
        (?(DEFINE) (?<value> [0-9]++ | [A-Za-z]++ ) )
        ~x';

    /** @param list<string> $names the names of the values from the lowest on, in capitals */
    public function __construct(
        private readonly string $name,
        private readonly int $low,
        private readonly int $high,
        private readonly array $names = [],
    ) {
    }

    /**
     * @return list<int> the values of all items, ascending
     *
     * @throws CronException
     */
    public function values(string $text): array
    {
        $values = array_unique(array_merge(...array_map($this->itemValues(...), explode(',', $text))));
        sort($values);

        return $values;
    }

    /** @return list<int> */
    private function itemValues(string $item): array
    {
        if (preg_match(self::ITEM, $item, $shape, PREG_UNMATCHED_AS_NULL) !== 1) {
            throw new CronException(Reason::Syntax, $this->name, $item);
        }

        $first = $this->value($shape['only'] ?? $shape['first'], $this->low);
        $last = $this->value($shape['only'] ?? $shape['last'], $this->high);
        $step = self::number($shape['step'] ?? '1');
        if ($first === null || $last === null) {
            throw new CronException(Reason::Value, $this->name, $item);
        }
        if ($first > $last) {
            throw new CronException(Reason::Range, $this->name, $item);
        }
        if ($step < 1 || $step > $this->high) {
            throw new CronException(Reason::Step, $this->name, $item);
        }

        return self::everyNth($first, $last, $step);
    }

    private function value(?string $text, int $missing): ?int
    {
        if ($text === null) {
            return $missing;
        }
        if (ctype_alpha($text)) {
            $index = array_search(strtoupper($text), $this->names, true);

            return $index === false ? null : $this->low + $index;
        }
        $value = self::number($text);

        return $value >= $this->low && $value <= $this->high ? $value : null;
    }

    private static function number(string $digits): int
    {
        // Three significant digits are too much for every field; more of them might not fit an int.
        return (int) substr(ltrim($digits, '0'), 0, 3);
    }

    /** @return list<int> */
    private static function everyNth(int $first, int $last, int $step): array
    {
        // range() refuses a step that is greater than the range.
        return $step > $last - $first ? [$first] : range($first, $last, $step);
    }
}
