<?php

declare(strict_types=1);

namespace RunningStats;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/RunningStats.php';

final class RunningStatsTest extends TestCase
{
    private const ORDINARY = [2, 4, 4, 4, 5, 5, 7, 9];

    public function testStatisticsOfOrdinaryValues_R1(): void
    {
        $stats = RunningStats::of(self::ORDINARY);
        $this->assertStats([8, 2.0, 9.0, 5.0, 4.0], $stats);
        $this->assertEqualsWithDelta(32 / 7, $stats->sampleVariance(), 1e-12);
        $this->assertStats([4, -7.0, 3.25, -1.3125, 13.73046875], RunningStats::of([-1.5, 3.25, 0, -7]));
        $generator = (static fn () => yield from self::ORDINARY)();
        $this->assertStats([8, 2.0, 9.0, 5.0, 4.0], RunningStats::of($generator));
    }

    public function testOrderDoesNotMatter_R1(): void
    {
        $this->assertStats([8, 2.0, 9.0, 5.0, 4.0], RunningStats::of(array_reverse(self::ORDINARY)));
    }

    public function testAskedBetweenAdditions_R1(): void
    {
        $stats = RunningStats::empty()->with(3.0)->with(1.0);
        $this->assertStats([2, 1.0, 3.0, 2.0, 1.0], $stats);
        $this->assertStats([2, 1.0, 3.0, 2.0, 1.0], $stats);
        $this->assertStats([3, 1.0, 8.0, 4.0, 26 / 3], $stats->with(8.0));
        $this->assertStats([2, 1.0, 3.0, 2.0, 1.0], $stats);
    }

    public function testNoValueAndOneValue_R2(): void
    {
        $this->assertEmptyStats(RunningStats::empty());
        $this->assertEmptyStats(RunningStats::of([]));
        foreach ([5.5, -3.0, 0.0, 1e300] as $value) {
            $this->assertSingle($value, RunningStats::empty()->with($value));
        }
    }

    public function testEqualValuesHaveNoVariance_R3(): void
    {
        foreach ([0.1, -1e9 / 3, 5e-324] as $value) {
            $stats = RunningStats::of(array_fill(0, 1000, $value));
            $this->assertStats([1000, $value, $value, $value, 0.0], $stats, 0.0);
            $this->assertStats([2000, $value, $value, $value, 0.0], $stats->mergedWith($stats), 0.0);
        }
    }

    public function testLargeOffset_R4(): void
    {
        $values = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16];
        $this->assertStats([4, 1e9 + 4, 1e9 + 16, 1e9 + 10, 22.5], RunningStats::of($values), 1e-6);
        $negative = array_map(static fn (float $value): float => -$value, $values);
        $this->assertStats([4, -1e9 - 16, -1e9 - 4, -1e9 - 10, 22.5], RunningStats::of($negative), 1e-6);
    }

    public function testManyValuesAtLargeOffset_R4(): void
    {
        $part = array_map(static fn (int $i): float => 1e9 + $i % 10, range(0, 999));
        $whole = $merged = RunningStats::empty();
        for ($i = 0; $i < 100; $i++) {
            foreach ($part as $value) {
                $whole = $whole->with($value);
            }
            $merged = $merged->mergedWith(RunningStats::of($part));
        }
        $this->assertStats([100_000, 1e9, 1e9 + 9, 1e9 + 4.5, 8.25], $whole, 1e-6);
        $this->assertStats([100_000, 1e9, 1e9 + 9, 1e9 + 4.5, 8.25], $merged, 1e-6);
    }

    public function testMergedWhereverItWasCut_R5(): void
    {
        for ($cut = 1; $cut < count(self::ORDINARY); $cut++) {
            $first = RunningStats::of(array_slice(self::ORDINARY, 0, $cut));
            $second = RunningStats::of(array_slice(self::ORDINARY, $cut));
            $this->assertStats([8, 2.0, 9.0, 5.0, 4.0], $first->mergedWith($second));
            $this->assertStats([8, 2.0, 9.0, 5.0, 4.0], $second->mergedWith($first));
        }
    }

    public function testPartsAreLeftAlone_R5(): void
    {
        $stats = RunningStats::of([1, 3]);
        $other = RunningStats::of([10, 20, 30]);
        $merged = $stats->mergedWith($other);
        $this->assertSame(1000.0, $merged->with(1000.0)->maximum());
        $this->assertStats([2, 1.0, 3.0, 2.0, 1.0], $stats);
        $this->assertStats([3, 10.0, 30.0, 20.0, 200 / 3], $other);

        $taken = RunningStats::empty()->mergedWith($other);
        $this->assertStats([4, 10.0, 40.0, 25.0, 125.0], $other->with(40.0));
        $this->assertEquals($other, $taken);
    }

    public function testMergesWithEmptyCollectors_R6(): void
    {
        $empty = RunningStats::empty();
        $filled = RunningStats::of(self::ORDINARY);
        $this->assertStats([8, 2.0, 9.0, 5.0, 4.0], $filled);
        $this->assertEquals($filled, $filled->mergedWith($empty));
        $this->assertEquals($filled, $empty->mergedWith($filled));
        $this->assertEmptyStats($empty->mergedWith($empty));
    }

    public function testMergedWithItself_R6(): void
    {
        $stats = RunningStats::of([1, 2, 6]);
        $doubled = $stats->mergedWith($stats);
        $this->assertStats([6, 1.0, 6.0, 3.0, 14 / 3], $doubled);
        $this->assertStats([7, 1.0, 10.0, 4.0, 10.0], $doubled->with(10.0));
    }

    public function testValuesThatAreNotFinite_R7(): void
    {
        foreach ([NAN, INF, -INF] as $refused) {
            foreach ([RunningStats::empty(), RunningStats::of([1, 2])] as $stats) {
                $this->assertThrows(\InvalidArgumentException::class, static fn () => $stats->with($refused));
                $this->assertThrows(\InvalidArgumentException::class, static fn () => RunningStats::of([1, $refused]));
                $this->assertSame($stats->count() + 1, $stats->with(3.0)->count());
            }
            $this->assertEmptyStats(RunningStats::empty());
            $this->assertStats([2, 1.0, 2.0, 1.5, 0.25], $stats);
            $this->assertStats([3, 1.0, 3.0, 2.0, 2 / 3], $stats->with(3.0));
        }
    }

    public function testWhatIsNoNumber_R7(): void
    {
        $stats = RunningStats::of([1, 2]);
        foreach (['1.5', '', true, false, null, []] as $refused) {
            $this->assertThrows(\TypeError::class, static fn () => $stats->with($refused));
            $this->assertThrows(\TypeError::class, static fn () => RunningStats::of([$refused]));
        }
        $this->assertStats([2, 1.0, 2.0, 1.5, 0.25], $stats);
    }

    public function testOverflowWhenAdding_R8(): void
    {
        foreach ([[1e200, -1e200], [1.7e308, -1.7e308], [-1e160, 1e160], [0.0, 1.7e308]] as [$first, $second]) {
            $stats = RunningStats::of([$first]);
            $this->assertThrows(\OverflowException::class, static fn () => $stats->with($second));
            $this->assertSingle($first, $stats);
            $this->assertStats([2, $first, $first, $first, 0.0], $stats->with($first), 0.0);
        }
    }

    public function testOverflowWhenMerging_R8(): void
    {
        $stats = RunningStats::of([1e200]);
        $farAway = RunningStats::of([-1e200]);
        $this->assertThrows(\OverflowException::class, static fn () => $stats->mergedWith($farAway));
        $this->assertSingle(1e200, $stats);

        $wide = RunningStats::of([9e153, -9e153]);
        $this->assertThrows(\OverflowException::class, static fn () => $wide->mergedWith($wide));
        $this->assertStats([2, -9e153, 9e153, 0.0, 81e306], $wide);
    }

    public function testLargeValuesAreNoError_R8(): void
    {
        $stats = RunningStats::of([1.7e308, 1.7e308]);
        $this->assertStats([2, 1.7e308, 1.7e308, 1.7e308, 0.0], $stats, 0.0);
        $this->assertStats([4, 1.7e308, 1.7e308, 1.7e308, 0.0], $stats->mergedWith($stats), 0.0);
        $this->assertStats([2, -1e150, 1e150, 0.0, 1e300], RunningStats::of([1e150, -1e150]));
        $this->assertStats([2, 0.0, 1.8e154, 9e153, 81e306], RunningStats::of([0, 1.8e154]));
        $merged = RunningStats::of([0])->mergedWith(RunningStats::of([1.8e154]));
        $this->assertStats([2, 0.0, 1.8e154, 9e153, 81e306], $merged);
    }

    /** @param array{int, float, float, float, float} $expected count, minimum, maximum, mean, population variance */
    private function assertStats(array $expected, RunningStats $stats, float $relative = 1e-12): void
    {
        [$count, $minimum, $maximum, $mean, $variance] = $expected;
        $this->assertSame($count, $stats->count());
        $this->assertCount($count, $stats);
        $this->assertSame($minimum, $stats->minimum());
        $this->assertSame($maximum, $stats->maximum());
        $this->assertNear($mean, $stats->mean(), min($relative, 1e-12));
        $this->assertNear($variance, $stats->populationVariance(), $relative);
        if ($count === 1) {
            $this->assertNull($stats->sampleVariance());
        } else {
            $this->assertNear($variance * $count / ($count - 1), $stats->sampleVariance(), $relative);
        }
    }

    private function assertSingle(float $value, RunningStats $stats): void
    {
        $this->assertStats([1, $value, $value, $value, 0.0], $stats, 0.0);
    }

    private function assertEmptyStats(RunningStats $stats): void
    {
        $this->assertSame(0, $stats->count());
        $this->assertNull($stats->minimum());
        $this->assertNull($stats->maximum());
        $this->assertNull($stats->mean());
        $this->assertNull($stats->populationVariance());
        $this->assertNull($stats->sampleVariance());
    }

    private function assertNear(float $expected, ?float $actual, float $relative): void
    {
        $this->assertNotNull($actual);
        $this->assertLessThanOrEqual($relative * abs($expected), abs($actual - $expected));
    }

    /** @param class-string<\Throwable> $class */
    private function assertThrows(string $class, \Closure $action): void
    {
        try {
            $action();
        } catch (\Throwable $error) {
            $this->assertInstanceOf($class, $error);

            return;
        }
        $this->fail('there was no error');
    }
}
