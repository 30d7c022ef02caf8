<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use RingLog\Batch;
use RingLog\RingLog;

require_once __DIR__ . '/RingLog.php';

final class RingLogTest extends TestCase
{
    public function testNumbersAndOrder_R1(): void
    {
        $log = new RingLog(3);
        $this->assertSame(3, $log->capacity);
        $this->assertHolds([], 0, $log);
        $this->assertSame(0, $log->append('a'));
        $this->assertHolds(['a'], 0, $log);
        $this->assertSame(1, $log->append('b'));
        $this->assertSame(2, $log->append('c'));
        $this->assertHolds(['a', 'b', 'c'], 0, $log);
    }

    public function testEntriesOfAnyKind_R1(): void
    {
        $entries = [null, 'a', 'a', null, 0, '', false, ['a' => 1], new stdClass()];
        $log = new RingLog(count($entries));
        foreach ($entries as $entry) {
            $log->append($entry);
        }
        $this->assertHolds($entries, 0, $log);
        $this->assertSame($entries, $log->read(0)->entries);
    }

    public function testIterationGivesNumbersAndCanBeRepeated_R1(): void
    {
        $log = $this->logOf(2, 5);
        $this->assertSame([3 => 'e3', 4 => 'e4'], iterator_to_array($log));
        $this->assertSame([3 => 'e3', 4 => 'e4'], iterator_to_array($log));
    }

    public function testFullLogOverwritesItsOldestEntry_R2(): void
    {
        foreach (range(1, 5) as $capacity) {
            $log = new RingLog($capacity);
            $all = [];
            for ($number = 0; $number <= 3 * $capacity; $number++) {
                $all[] = "e$number";
                $this->assertSame($number, $log->append("e$number"));
                $this->assertHolds(array_slice($all, -$capacity), max(0, $number + 1 - $capacity), $log);
            }
            $this->assertSame($capacity, $log->capacity);
        }
    }

    public function testReadingFromEveryNumber_R3(): void
    {
        foreach (range(1, 4) as $capacity) {
            foreach (range(1, 10) as $next) {
                $log = $this->logOf($capacity, $next);
                $first = max(0, $next - $capacity);
                for ($from = 0; $from <= $next; $from++) {
                    $entries = [];
                    for ($number = max($first, $from); $number < $next; $number++) {
                        $entries[] = "e$number";
                    }
                    $this->assertEquals(new Batch(max(0, $first - $from), $entries, $next), $log->read($from));
                }
            }
        }
    }

    public function testReaderGetsEachEntryOnceOrLearnsThatItIsLost_R3(): void
    {
        $log = new RingLog(4);
        $next = $lost = 0;
        $seen = [];
        foreach ([3, 0, 4, 9, 1, 5] as $times) {
            $this->append($log, $times);
            $batch = $log->read($next);
            [$lost, $seen, $next] = [$lost + $batch->lost, [...$seen, ...$batch->entries], $batch->next];
        }
        $this->assertSame(22, $next);
        $this->assertSame(6, $lost);
        $this->assertSame('e0 e1 e2 e3 e4 e5 e6 e12 e13 e14 e15 e16 e18 e19 e20 e21', implode(' ', $seen));
    }

    public function testWhatWasReadStays_R3(): void
    {
        $log = $this->logOf(2, 2);
        $batch = $log->read(0);
        $this->append($log, 2);
        $log->clear();
        $this->assertEquals(new Batch(0, ['e0', 'e1'], 2), $batch);
    }

    public function testReadingAtTheEnds_R4(): void
    {
        $this->assertEquals(new Batch(0, [], 0), (new RingLog(3))->read(0));
        $log = $this->logOf(3, 7);
        $this->assertEquals(new Batch(0, [], 7), $log->read(7));
        $this->assertEquals(new Batch(0, ['e6'], 7), $log->read(6));
        $this->assertEquals(new Batch(0, ['e4', 'e5', 'e6'], 7), $log->read(4));
        $this->assertEquals(new Batch(1, ['e4', 'e5', 'e6'], 7), $log->read(3));
    }

    public function testClearingKeepsTheNumbersGoing_R5(): void
    {
        $log = new RingLog(3);
        $log->clear();
        $this->assertHolds([], 0, $log);
        $this->append($log, 5);
        foreach (range(1, 2) as $_) {
            $log->clear();
            $this->assertHolds([], 5, $log);
            $this->assertEquals(new Batch(0, [], 5), $log->read(5));
            $this->assertEquals(new Batch(4, [], 5), $log->read(1));
        }
        $this->append($log, 2);
        $this->assertHolds(['e5', 'e6'], 5, $log);
        $this->assertEquals(new Batch(1, ['e5', 'e6'], 7), $log->read(4));
        $this->append($log, 2);
        $this->assertHolds(['e6', 'e7', 'e8'], 6, $log);
        $this->assertSame(3, $log->capacity);
    }

    public function testCapacityBelowOne_R6(): void
    {
        foreach ([0, -1, PHP_INT_MIN] as $capacity) {
            try {
                new RingLog($capacity);
                $this->fail("a log of $capacity");
            } catch (InvalidArgumentException $error) {
                $this->assertStringContainsString((string) $capacity, $error->getMessage());
            }
        }
        $this->assertSame(1, (new RingLog(1))->capacity);
    }

    public function testReadingFromOutside_R6(): void
    {
        $log = $this->logOf(2, 3);
        foreach ([4, 5, -1, PHP_INT_MIN, PHP_INT_MAX] as $from) {
            try {
                $log->read($from);
                $this->fail("read from $from");
            } catch (OutOfRangeException $error) {
                $this->assertStringContainsString((string) $from, $error->getMessage());
            }
        }
        $this->assertHolds(['e1', 'e2'], 1, $log);
    }

    public function testEntriesAreLetGo_R7(): void
    {
        $log = new RingLog(2);
        $given = [];
        for ($i = 0; $i < 5; $i++) {
            $entry = new stdClass();
            $given[] = WeakReference::create($entry);
            $log->append($entry);
        }
        unset($entry);
        $alive = fn (): array => array_map(fn (WeakReference $one): bool => $one->get() !== null, $given);
        $this->assertSame([false, false, false, true, true], $alive());
        $log->clear();
        $this->assertSame([false, false, false, false, false], $alive());
    }

    public function testMemoryDoesNotGrowAndAppendingIsQuick_R7(): void
    {
        $log = $this->logOf(1000, 2000);
        $memory = memory_get_usage();
        $start = hrtime(true);
        for ($i = 2000; $i < 200_000; $i++) {
            $log->append($i);
        }
        $this->assertLessThan(1e9, hrtime(true) - $start);
        $this->assertLessThan(20_000, memory_get_usage() - $memory);
        $this->assertHolds(range(199_000, 199_999), 199_000, $log);
    }

    /** A log of entries that tell their numbers. */
    private function logOf(int $capacity, int $times): RingLog
    {
        $log = new RingLog($capacity);
        $this->append($log, $times);

        return $log;
    }

    private function append(RingLog $log, int $times): void
    {
        for ($i = 0; $i < $times; $i++) {
            $log->append('e' . $log->next());
        }
    }

    private function assertHolds(array $entries, int $first, RingLog $log): void
    {
        $this->assertSame($entries, iterator_to_array($log, false));
        $this->assertSame($first, $log->first());
        $this->assertSame($first + count($entries), $log->next());
        $this->assertCount(count($entries), $log);
    }
}
