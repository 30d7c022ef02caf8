<?php

declare(strict_types=1);

namespace NaturalSort;

/** Sorting of names the way people do it: by the value of the numbers in them. */
final class NaturalSort
{
    /**
     * Returns the names in a new list, numbers in them ordered by value, case ignored.
     *
     * @param list<string> $names in UTF-8
     * @return list<string>
     * @throws \TypeError if an item is not a string
     */
    public static function sort(array $names): array
    {
        $keyed = [];
        foreach (array_values($names) as $index => $name) {
            if (!is_string($name)) {
                throw new \TypeError("item $index is " . get_debug_type($name) . ', not string');
            }
            $keyed[] = [self::parts($name), $name];
        }
        usort($keyed, self::compare(...));
        return array_column($keyed, 1);
    }

    /**
     * Runs of ASCII digits without leading zeros, and of other text, case-folded.
     *
     * @return list<array{isText: bool, text: string}>
     */
    private static function parts(string $name): array
    {
        preg_match_all('/[0-9]+|[^0-9]+/', $name, $matches);
        return array_map(
            static fn (string $part): array => ctype_digit($part)
                ? ['isText' => false, 'text' => ltrim($part, '0')]
                : ['isText' => true, 'text' => mb_convert_case($part, MB_CASE_FOLD, 'UTF-8')],
            $matches[0],
        );
    }

    /** The name itself decides between those that are equal otherwise. */
    private static function compare(array $one, array $other): int
    {
        foreach ($one[0] as $place => $part) {
            if (!isset($other[0][$place])) {
                return 1;
            }
            $order = self::comparePart($part, $other[0][$place]);
            if ($order !== 0) {
                return $order;
            }
        }
        return count($one[0]) <=> count($other[0]) ?: strcmp($one[1], $other[1]);
    }

    private static function comparePart(array $one, array $other): int
    {
        if ($one['isText'] || $other['isText']) {
            return $one['isText'] <=> $other['isText'] ?: strcmp($one['text'], $other['text']);
        }
        // A longer number is greater, so nothing needs to be converted.
        return strlen($one['text']) <=> strlen($other['text']) ?: strcmp($one['text'], $other['text']);
    }
}
