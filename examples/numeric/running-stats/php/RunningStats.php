<?php

declare(strict_types=1);

namespace RunningStats;

/** Statistics of a stream of numbers; immutable: taking something in gives a new object. */
final class RunningStats implements \Countable
{
    private function __construct(
        private readonly int $count,
        private readonly float $mean,
        private readonly float $squaredDeviations,
        private readonly float $minimum,
        private readonly float $maximum,
    ) {
    }

    public static function empty(): self
    {
        return new self(0, 0.0, 0.0, 0.0, 0.0);
    }

    /**
     * Returns the statistics of all given values.
     *
     * @param iterable<float> $values
     * @throws \InvalidArgumentException if a value is NaN or an infinity
     * @throws \OverflowException if the sum of squared deviations would not be finite
     */
    public static function of(iterable $values): self
    {
        $stats = self::empty();
        foreach ($values as $value) {
            $stats = $stats->with($value);
        }

        return $stats;
    }

    /**
     * Returns the statistics with one value more.
     *
     * @throws \InvalidArgumentException if the value is NaN or an infinity
     * @throws \OverflowException if the sum of squared deviations would not be finite
     */
    public function with(float $value): self
    {
        if (!is_finite($value)) {
            throw new \InvalidArgumentException('a value must be finite');
        }

        return $this->mergedWith(new self(1, $value, 0.0, $value, $value));
    }

    /**
     * Returns the statistics of the values of both.
     *
     * @throws \OverflowException if the sum of squared deviations would not be finite
     */
    public function mergedWith(self $other): self
    {
        if ($this->count === 0 || $other->count === 0) {
            return $this->count === 0 ? $other : $this;
        }
        $count = $this->count + $other->count;
        $share = $other->count / $count;
        $difference = $other->mean - $this->mean;
        $squaredDeviations = $this->squaredDeviations + $other->squaredDeviations
            + $difference * $share * ($difference * $this->count);
        if (!is_finite($squaredDeviations)) {
            throw new \OverflowException('the sum of squared deviations is too great');
        }

        return new self(
            $count,
            $this->mean + $difference * $share,
            $squaredDeviations,
            min($this->minimum, $other->minimum),
            max($this->maximum, $other->maximum),
        );
    }

    public function count(): int
    {
        return $this->count;
    }

    /** null without values */
    public function minimum(): ?float
    {
        return $this->count > 0 ? $this->minimum : null;
    }

    /** null without values */
    public function maximum(): ?float
    {
        return $this->count > 0 ? $this->maximum : null;
    }

    /** null without values */
    public function mean(): ?float
    {
        return $this->count > 0 ? $this->mean : null;
    }

    /** The sum of squared deviations divided by the count; null without values. */
    public function populationVariance(): ?float
    {
        return $this->variance($this->count);
    }

    /** The sum of squared deviations divided by the count less one; null with fewer than two values. */
    public function sampleVariance(): ?float
    {
        return $this->variance($this->count - 1);
    }

    private function variance(int $divisor): ?float
    {
        return $divisor > 0 ? $this->squaredDeviations / $divisor : null;
    }
}
