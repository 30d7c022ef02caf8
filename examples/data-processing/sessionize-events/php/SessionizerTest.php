<?php

declare(strict_types=1);

namespace SessionizeEvents;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/Sessionizer.php';

final class SessionizerTest extends TestCase
{
    private const MAX = 1_000_000_000_000_000;
    private const DISTINCT_USERS = [
        '1', '01', '1.0', '1e0', 'Bob', 'bob', 'bob ', ' bob', '0', '-0', '__proto__', 'constructor',
        "\u{e9}", "e\u{301}", "\u{1f600}",
    ];

    public function testEventsExactlyTheGapApartAreInOneSession_R1(): void
    {
        self::assertSessions(['alice 5-15 a b'], self::finished(10, 100, 'alice 5 a', 'alice 15 b'));
        self::assertSessions(['alice 5-15 b a'], self::finished(10, 100, 'alice 15 a', 'alice 5 b'));
    }

    public function testOneMillisecondMoreMakesTwoSessions_R1(): void
    {
        self::assertSessions(['alice 5-5 a', 'alice 16-16 b'], self::finished(10, 100, 'alice 5 a', 'alice 16 b'));
        self::assertSessions(['alice 5-5 b', 'alice 16-16 a'], self::finished(10, 100, 'alice 16 a', 'alice 5 b'));
    }

    public function testAChainOfEventsIsOneSession_R1(): void
    {
        $sessions = self::finished(10, 100, 'alice 0 a', 'alice 10 b', 'alice 20 c', 'alice 30 d');
        self::assertSessions(['alice 0-30 a b c d'], $sessions);
    }

    public function testUsersHaveSessionsOfTheirOwn_R1(): void
    {
        $sessions = self::finished(10, 100, 'alice 0 a', 'bob 5 b', 'alice 10 c');
        self::assertSessions(['bob 5-5 b', 'alice 0-10 a c'], $sessions);
    }

    public function testPagesAreByTimestampThenByArrivalAndEqualEventsAreKept_R1(): void
    {
        $clicks = ['alice 100 9', 'alice 10 z', 'alice 10 a', 'alice 9 10', 'alice 10 a', 'alice 11 k'];
        self::assertSessions(['alice 9-100 10 z a a k 9'], self::finished(95, 100, ...$clicks));
    }

    public function testAPageCanBeEmpty_R1(): void
    {
        $sessionizer = new Sessionizer(10, 0);
        $sessionizer->add(new ClickEvent('alice', 1, ''));
        $this->assertSame([['alice', 1, 1, ['']]], array_map(self::fields(...), $sessionizer->finish()));
    }

    public function testTheOrderOfArrivalHasNoInfluence_R1_R3(): void
    {
        $clicks = ['alice 0 a', 'alice 10 b', 'alice 20 c', 'alice 31 d', 'alice 41 e'];
        foreach (self::permutations($clicks) as $order) {
            self::assertSessions(['alice 0-20 a b c', 'alice 31-41 d e'], self::finished(10, 100, ...$order));
        }
    }

    public function testASessionIsClosedWhenTheWatermarkIsAboveItsEndPlusGap_R2(): void
    {
        $sessionizer = new Sessionizer(10, 5);
        self::addAll($sessionizer, 'alice 0 a', 'bob 15 b');
        self::assertSessions(['alice 0-0 a'], $sessionizer->add(self::click('bob 16 c')));
        self::addAll($sessionizer, 'bob 17 d');
        self::assertSessions(['bob 15-17 b c d'], $sessionizer->finish());
    }

    public function testAnEventCanCloseTheSessionOfItsOwnUserAndBeginANewOne_R2(): void
    {
        $sessionizer = new Sessionizer(10, 0);
        self::addAll($sessionizer, 'alice 0 a');
        self::assertSessions(['alice 0-0 a'], $sessionizer->add(self::click('alice 11 b')));
        self::addAll($sessionizer, 'alice 21 c');
        self::assertSessions(['alice 11-21 b c'], $sessionizer->add(self::click('bob 32 d')));
        self::addAll($sessionizer, 'alice 32 e');
        self::assertSessions(['bob 32-32 d', 'alice 32-32 e'], $sessionizer->finish());
    }

    public function testLaterEventsOfASessionPostponeItsClosing_R2(): void
    {
        $sessionizer = new Sessionizer(10, 0);
        self::addAll($sessionizer, 'alice 0 a', 'alice 8 b', 'bob 13 c', 'bob 18 d');
        self::assertSessions(['alice 0-8 a b'], $sessionizer->add(self::click('bob 19 e')));
    }

    public function testAnOlderEventChangesNeitherTheEndNorTheWatermark_R2(): void
    {
        $sessionizer = new Sessionizer(10, 20);
        self::addAll($sessionizer, 'alice 100 a', 'alice 95 b', 'bob 130 c', 'bob 125 d');
        self::assertSessions(['alice 95-100 b a'], $sessionizer->add(self::click('carol 131 e')));
        self::assertSessions(['bob 125-130 d c', 'carol 131-131 e'], $sessionizer->finish());
    }

    public function testASessionBegunByAnOlderEventIsClosedByItsOwnEnd_R2(): void
    {
        $sessionizer = new Sessionizer(10, 60);
        self::addAll($sessionizer, 'bob 100 a', 'alice 50 b', 'carol 120 c');
        self::assertSessions(['alice 50-50 b'], $sessionizer->add(self::click('carol 121 d')));
        self::assertSessions(['bob 100-100 a', 'carol 120-121 c d'], $sessionizer->finish());
    }

    public function testSessionsAreClosedOneAfterTheOther_R2(): void
    {
        $sessionizer = new Sessionizer(10, 0);
        self::addAll($sessionizer, 'alice 0 a', 'bob 4 b', 'carol 8 c');
        self::assertSessions(['alice 0-0 a'], $sessionizer->add(self::click('dave 14 d')));
        self::assertSessions(['bob 4-4 b'], $sessionizer->add(self::click('dave 15 e')));
        self::addAll($sessionizer, 'dave 18 f');
        self::assertSessions(['carol 8-8 c'], $sessionizer->add(self::click('dave 19 g')));
        self::assertSessions(['dave 14-19 d e f g'], $sessionizer->finish());
    }

    public function testAnEventBetweenTwoSessionsMergesThem_R3(): void
    {
        self::assertSessions(['alice 0-20 a c b'], self::finished(10, 10, 'alice 0 a', 'alice 20 b', 'alice 10 c'));
        $clicks = ['alice 20 c', 'alice 25 e', 'alice 21 d', 'alice 0 a', 'alice 1 b', 'alice 11 f'];
        self::assertSessions(['alice 0-25 a b f c d e'], self::finished(10, 50, ...$clicks));
    }

    public function testAnEventThatMissesOneSessionByAMillisecondJoinsTheOther_R3(): void
    {
        $before = self::finished(10, 50, 'alice 0 a', 'alice 21 b', 'alice 10 c');
        self::assertSessions(['alice 0-10 a c', 'alice 21-21 b'], $before);
        $after = self::finished(10, 50, 'alice 0 a', 'alice 21 b', 'alice 11 c');
        self::assertSessions(['alice 0-0 a', 'alice 11-21 c b'], $after);
    }

    public function testOnlyNeighboursOfTheSameUserAreMerged_R3(): void
    {
        $clicks = ['alice 0 a', 'alice 20 b', 'alice 40 c', 'alice 60 f', 'alice 30 d', 'bob 10 e'];
        $expected = ['alice 0-0 a', 'bob 10-10 e', 'alice 20-40 b d c', 'alice 60-60 f'];
        self::assertSessions($expected, self::finished(10, 100, ...$clicks));
    }

    public function testAMergedSessionIsReturnedOnceByItsEnd_R2_R3(): void
    {
        $sessionizer = new Sessionizer(10, 10);
        self::addAll($sessionizer, 'alice 0 a', 'alice 20 b', 'alice 10 c', 'bob 31 d', 'bob 40 e');
        self::assertSessions(['alice 0-20 a c b'], $sessionizer->add(self::click('bob 41 f')));
        self::assertSessions(['bob 31-41 d e f'], $sessionizer->finish());
    }

    public function testAnEventBelowTheWatermarkIsCountedAndDropped_R4(): void
    {
        $sessionizer = new Sessionizer(10, 5);
        self::addAll($sessionizer, 'alice 100 a');
        $this->assertSame(0, $sessionizer->lateEvents());
        self::addAll($sessionizer, 'alice 94 b');
        $this->assertSame(1, $sessionizer->lateEvents());
        self::addAll($sessionizer, 'alice 95 c', 'bob 94 d', 'bob 0 e');
        $this->assertSame(3, $sessionizer->lateEvents());
        self::assertSessions(['alice 95-100 c a'], $sessionizer->finish());
    }

    public function testALateEventDoesNotMergeSessions_R4(): void
    {
        $sessions = self::finished(10, 9, 'alice 0 a', 'alice 19 b', 'alice 9 c');
        self::assertSessions(['alice 0-0 a', 'alice 19-19 b'], $sessions);
    }

    public function testWithoutLatenessEveryEventOlderThanTheNewestIsLate_R4(): void
    {
        $sessionizer = new Sessionizer(10, 0);
        self::addAll($sessionizer, 'alice 5 a', 'alice 4 b', 'alice 5 c', 'bob 4 d', 'alice 6 e', 'alice 5 f');
        $this->assertSame(3, $sessionizer->lateEvents());
        self::assertSessions(['alice 5-6 a c e'], $sessionizer->finish());
    }

    public function testTheFirstEventIsNeverLate_R4(): void
    {
        $sessionizer = new Sessionizer(10, 3);
        self::addAll($sessionizer, 'alice 0 a', 'alice 3 b', 'alice 0 c');
        $this->assertSame(0, $sessionizer->lateEvents());
        self::assertSessions(['alice 0-3 a c b'], $sessionizer->finish());
    }

    public function testAnEventIsMeasuredByTheWatermarkBeforeIt_R4(): void
    {
        $sessionizer = new Sessionizer(1, 0);
        self::addAll($sessionizer, 'alice 10 a');
        self::assertSessions(['alice 10-10 a'], $sessionizer->add(self::click('alice 1000 b')));
        self::addAll($sessionizer, 'alice 11 c');
        $this->assertSame(1, $sessionizer->lateEvents());
        self::assertSessions(['alice 1000-1000 b'], $sessionizer->finish());
    }

    public function testSessionsAreInTheOrderOfTheirEnds_R5(): void
    {
        $expected = ['carol 9-9 c', 'bob 10-10 b', 'alice 5-12 d a', 'dave 100-100 e'];
        $clicks = ['alice 12 a', 'bob 10 b', 'carol 9 c', 'alice 5 d', 'dave 100 e'];
        self::assertSessions($expected, self::finished(10, 1000, ...$clicks));

        $sessionizer = new Sessionizer(10, 1000);
        self::addAll($sessionizer, ...$clicks);
        self::assertSessions($expected, $sessionizer->add(self::click('erin 2000 f')));
    }

    public function testAtEqualEndsTheEarliestArrivedEventCounts_R5(): void
    {
        $equalStarts = self::finished(10, 100, 'zoe 20 a', 'bob 20 b', 'alice 20 c');
        self::assertSessions(['zoe 20-20 a', 'bob 20-20 b', 'alice 20-20 c'], $equalStarts);
        $extendedForwards = self::finished(10, 100, 'bob 10 a', 'alice 20 b', 'alice 12 c', 'bob 20 d');
        self::assertSessions(['bob 10-20 a d', 'alice 12-20 c b'], $extendedForwards);
        $extendedBackwards = self::finished(10, 100, 'zoe 20 a', 'bob 20 b', 'zoe 15 c', 'bob 10 d');
        self::assertSessions(['zoe 15-20 c a', 'bob 10-20 d b'], $extendedBackwards);
    }

    public function testAtEqualEndsTheEarliestOfAllEventsOfAMergedSessionCounts_R3_R5(): void
    {
        $earlierPartFirst = self::finished(10, 100, 'zoe 0 a', 'bob 20 b', 'zoe 20 c', 'zoe 10 d');
        self::assertSessions(['zoe 0-20 a d c', 'bob 20-20 b'], $earlierPartFirst);
        $laterPartFirst = self::finished(10, 100, 'zoe 20 a', 'bob 20 b', 'zoe 0 c', 'zoe 10 d');
        self::assertSessions(['zoe 0-20 c d a', 'bob 20-20 b'], $laterPartFirst);
        $otherUserFirst = self::finished(10, 100, 'bob 20 a', 'alice 0 b', 'alice 20 c', 'alice 10 d');
        self::assertSessions(['bob 20-20 a', 'alice 0-20 b d c'], $otherUserFirst);
    }

    public function testSimilarUsersAreDifferentUsers_R6(): void
    {
        $sessionizer = new Sessionizer(10, 100);
        foreach ([5, 8] as $timestampMs) {
            foreach (self::DISTINCT_USERS as $user) {
                $sessionizer->add(new ClickEvent($user, $timestampMs, "$timestampMs $user"));
            }
        }
        $expectedFields = static fn (string $user): array => [$user, 5, 8, ["5 $user", "8 $user"]];
        $expected = array_map($expectedFields, self::DISTINCT_USERS);
        $this->assertSame($expected, array_map(self::fields(...), $sessionizer->finish()));
    }

    /**
     * @testWith [0, 0]
     *           [-1, 0]
     *           [1000000000000001, 0]
     *           [10, -1]
     *           [10, 1000000000000001]
     */
    public function testAnInvalidGapOrLatenessIsRefused_R7(int $gapMs, int $latenessMs): void
    {
        $this->expectException(\InvalidArgumentException::class);
        new Sessionizer($gapMs, $latenessMs);
    }

    /**
     * @testWith ["alice", -1]
     *           ["alice", 1000000000000001]
     *           ["", 1]
     *           ["", 5]
     *           ["", 900]
     */
    public function testAnInvalidEventChangesNothing_R7(string $user, int $timestampMs): void
    {
        $sessionizer = new Sessionizer(10, 0);
        $invalid = new ClickEvent($user, $timestampMs, 'x');
        self::assertThrows(\InvalidArgumentException::class, static fn () => $sessionizer->add($invalid));
        self::addAll($sessionizer, 'alice 5 a');
        self::assertThrows(\InvalidArgumentException::class, static fn () => $sessionizer->add($invalid));
        self::addAll($sessionizer, 'alice 5 b');
        $this->assertSame(0, $sessionizer->lateEvents());
        self::assertSessions(['alice 5-5 a b'], $sessionizer->finish());
    }

    public function testTheLimitsOfTheRangesAreAccepted_R1_R7(): void
    {
        $max = self::MAX;
        $before = $max - 1;
        self::assertSessions(["alice 0-$max b a"], self::finished($max, $max, "alice $max a", 'alice 0 b'));
        $sessions = self::finished(1, $max, "alice $max a", 'alice 0 b', "alice $before c");
        self::assertSessions(['alice 0-0 b', "alice $before-$max c a"], $sessions);
    }

    public function testFinishingWithoutOpenSessionsReturnsAnEmptyList_R8(): void
    {
        $this->assertSame([], (new Sessionizer(10, 0))->finish());
    }

    public function testAfterFinishingEverythingButReadingTheCountIsRefused_R8(): void
    {
        $sessionizer = new Sessionizer(10, 0);
        self::addAll($sessionizer, 'alice 5 a', 'alice 4 b');
        self::assertSessions(['alice 5-5 a'], $sessionizer->finish());
        foreach ([self::click('alice 6 c'), self::click('alice 1 d'), new ClickEvent('', -1, 'e')] as $event) {
            self::assertThrows(FinishedException::class, static fn () => $sessionizer->add($event));
        }
        self::assertThrows(FinishedException::class, static fn () => $sessionizer->finish());
        $this->assertSame(1, $sessionizer->lateEvents());
    }

    /** Makes an event from "user timestamp page". */
    private static function click(string $text): ClickEvent
    {
        [$user, $timestampMs, $page] = explode(' ', $text);

        return new ClickEvent($user, (int) $timestampMs, $page);
    }

    /** Adds events that close nothing. */
    private static function addAll(Sessionizer $sessionizer, string ...$clicks): void
    {
        foreach ($clicks as $text) {
            self::assertSame([], $sessionizer->add(self::click($text)), $text);
        }
    }

    /**
     * Finishes after events that close nothing.
     *
     * @return list<Session>
     */
    private static function finished(int $gapMs, int $latenessMs, string ...$clicks): array
    {
        $sessionizer = new Sessionizer($gapMs, $latenessMs);
        self::addAll($sessionizer, ...$clicks);

        return $sessionizer->finish();
    }

    /** @return array{string, int, int, list<string>} */
    private static function fields(Session $session): array
    {
        return [$session->user, $session->startMs, $session->endMs, $session->pages];
    }

    /**
     * @param list<string> $expected sessions as "user start-end page page ..."
     * @param list<Session> $sessions
     */
    private static function assertSessions(array $expected, array $sessions): void
    {
        $texts = array_map(static function (Session $session): string {
            [$user, $startMs, $endMs, $pages] = self::fields($session);

            return "$user $startMs-$endMs " . implode(' ', $pages);
        }, $sessions);
        self::assertSame($expected, $texts);
    }

    /** @param class-string<\Throwable> $class */
    private static function assertThrows(string $class, callable $call): void
    {
        try {
            $call();
        } catch (\Throwable $error) {
            self::assertInstanceOf($class, $error);

            return;
        }
        self::fail("no $class was thrown");
    }

    /**
     * @param list<string> $items
     * @return iterable<list<string>>
     */
    private static function permutations(array $items): iterable
    {
        if ($items === []) {
            yield [];
        }
        foreach ($items as $index => $first) {
            $others = $items;
            array_splice($others, $index, 1);
            foreach (self::permutations($others) as $rest) {
                yield [$first, ...$rest];
            }
        }
    }
}
