<?php

declare(strict_types=1);

namespace ExactFractions;

/**
 * An exact fraction in lowest terms, of integers whose magnitude is PHP_INT_MAX at most.
 *
 * Every operation whose numbers would not fit throws an \OverflowException.
 */
final class Rational
{
    private const FORM = '~\A(?<sign>[+-]?)(?<head>[0-9]+)(?:(?<mark>[/.])(?<tail>[0-9]+))?\z~';
    private const MOST_DECIMALS = 18;

    public readonly int $numerator;

    /** Greater than 0. */
    public readonly int $denominator;

    /** @throws \DivisionByZeroError if the denominator is 0 */
    public function __construct(int $numerator, int $denominator = 1)
    {
        self::fitting($numerator);
        self::fitting($denominator);
        if ($denominator === 0) {
            throw new \DivisionByZeroError('Division by zero');
        }
        $divisor = self::greatestCommonDivisor($numerator, $denominator) * ($denominator <=> 0);
        $this->numerator = intdiv($numerator, $divisor);
        $this->denominator = intdiv($denominator, $divisor);
    }

    /**
     * Reads "-2", "3/4" or "0.125".
     *
     * @throws \InvalidArgumentException if the text has another form
     * @throws \DivisionByZeroError if the denominator is 0
     */
    public static function parse(string $text): self
    {
        if (preg_match(self::FORM, $text, $parts) !== 1) {
            throw new \InvalidArgumentException("not a fraction: $text");
        }
        $tail = $parts['tail'] ?? '';
        [$numerator, $denominator] = ($parts['mark'] ?? '') === '/'
            ? [self::number($parts['head']), self::number($tail)]
            : [self::number($parts['head'] . $tail), self::fitting(10 ** strlen($tail))];

        return new self($parts['sign'] === '-' ? -$numerator : $numerator, $denominator);
    }

    public function plus(self $other): self
    {
        $common = self::greatestCommonDivisor($this->denominator, $other->denominator);
        $factor = intdiv($other->denominator, $common);
        $otherFactor = intdiv($this->denominator, $common);
        $numerator = self::fitting($this->numerator * $factor);
        $otherNumerator = self::fitting($other->numerator * $otherFactor);

        return new self(
            self::fitting($numerator + $otherNumerator),
            self::fitting($this->denominator * $factor),
        );
    }

    public function minus(self $other): self
    {
        return $this->plus($other->negated());
    }

    public function times(self $other): self
    {
        $falling = self::greatestCommonDivisor($this->numerator, $other->denominator);
        $rising = self::greatestCommonDivisor($other->numerator, $this->denominator);

        return new self(
            self::fitting(intdiv($this->numerator, $falling) * intdiv($other->numerator, $rising)),
            self::fitting(intdiv($this->denominator, $rising) * intdiv($other->denominator, $falling)),
        );
    }

    /** @throws \DivisionByZeroError if the other fraction is 0 */
    public function dividedBy(self $other): self
    {
        return $this->times(new self($other->denominator, $other->numerator));
    }

    public function negated(): self
    {
        return new self(-$this->numerator, $this->denominator);
    }

    public function equals(self $other): bool
    {
        return $this->numerator === $other->numerator && $this->denominator === $other->denominator;
    }

    /** Returns -1, 0 or 1 if this fraction is less than, equal to or greater than the other one. */
    public function compare(self $other): int
    {
        [$a, $b, $c, $d] = [$this->numerator, $this->denominator, $other->numerator, $other->denominator];
        while (true) {
            [$whole, $rest] = self::divideDown($a, $b);
            [$otherWhole, $otherRest] = self::divideDown($c, $d);
            if ($whole !== $otherWhole) {
                return $whole <=> $otherWhole;
            }
            if ($rest === 0 || $otherRest === 0) {
                return $rest <=> $otherRest;
            }
            // Of the rests, both between 0 and 1, the one with the greater reciprocal is less.
            [$a, $b, $c, $d] = [$d, $otherRest, $b, $rest];
        }
    }

    /**
     * Rounds to a number of decimals, halves to even.
     *
     * @throws \InvalidArgumentException if the number of decimals is not from 0 to 18
     */
    public function rounded(int $decimals): self
    {
        if ($decimals < 0 || $decimals > self::MOST_DECIMALS) {
            throw new \InvalidArgumentException("cannot round to $decimals decimals");
        }
        $scale = 10 ** $decimals;
        $scaled = $this->times(new self($scale));
        [$below, $rest] = self::divideDown($scaled->numerator, $scaled->denominator);
        $missing = $scaled->denominator - $rest;
        $goesUp = $rest > $missing || ($rest === $missing && $below % 2 !== 0);

        return new self($goesUp ? $below + 1 : $below, $scale);
    }

    /** As parse reads it; without the denominator if that is 1. */
    public function __toString(): string
    {
        return $this->denominator === 1 ? (string) $this->numerator : "{$this->numerator}/{$this->denominator}";
    }

    private static function number(string $digits): int
    {
        $significant = ltrim($digits, '0');
        $value = filter_var($significant === '' ? '0' : $significant, FILTER_VALIDATE_INT);

        // Digits that are no integer would be a float, which is refused.
        return self::fitting($value === false ? INF : $value);
    }

    private static function fitting(int|float $value): int
    {
        if (is_float($value) || $value === PHP_INT_MIN) {
            throw new \OverflowException('a fraction needs numbers of more than 63 bits');
        }

        return $value;
    }

    private static function greatestCommonDivisor(int $left, int $right): int
    {
        while ($right !== 0) {
            [$left, $right] = [$right, $left % $right];
        }

        return abs($left);
    }

    /** @return array{int, int} the quotient, rounded down, and the rest, which is not negative; the divisor is positive */
    private static function divideDown(int $dividend, int $divisor): array
    {
        $rest = $dividend % $divisor;

        return $rest < 0
            ? [intdiv($dividend, $divisor) - 1, $rest + $divisor]
            : [intdiv($dividend, $divisor), $rest];
    }
}
