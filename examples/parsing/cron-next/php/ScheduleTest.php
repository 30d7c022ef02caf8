<?php

declare(strict_types=1);

use CronNext\CronException;
use CronNext\Reason;
use CronNext\Schedule;
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/Schedule.php';

final class ScheduleTest extends TestCase
{
    private const MINUTE = 'minute';
    private const HOUR = 'hour';
    private const DAY_OF_MONTH = 'day-of-month';
    private const MONTH = 'month';
    private const DAY_OF_WEEK = 'day-of-week';
    private const FIELDS = [self::MINUTE, self::HOUR, self::DAY_OF_MONTH, self::MONTH, self::DAY_OF_WEEK];

    /** An expression that shows the values of a field, and a span with each of them once. */
    private const VALUES_OF = [
        self::MINUTE => ['V * * * *', '2024-01-01 00:59', '2024-01-01 01:59', 'i'],
        self::HOUR => ['0 V * * *', '2024-01-01 23:00', '2024-01-02 23:00', 'G'],
        self::DAY_OF_MONTH => ['0 0 V 1 *', '2023-12-31', '2024-01-31', 'j'],
        self::MONTH => ['0 0 1 V *', '2023-12-01', '2024-12-01', 'n'],
        self::DAY_OF_WEEK => ['0 0 * * V', '2024-01-06', '2024-01-13', 'w'],
    ];

    private string $zone;

    protected function setUp(): void
    {
        // A zone with daylight saving, so that reading or writing local time shows in every test.
        $this->zone = date_default_timezone_get();
        date_default_timezone_set('America/New_York');
    }

    protected function tearDown(): void
    {
        date_default_timezone_set($this->zone);
    }

    /** @dataProvider rangesAndSteps */
    public function testRangesAndSteps_R1(string $field, string $text, array $expected): void
    {
        $this->assertSame($expected, $this->values($field, $text));
    }

    public function rangesAndSteps(): array
    {
        return [
            [self::MINUTE, '*', range(0, 59)],
            [self::MINUTE, '0', [0]],
            [self::MINUTE, '59', [59]],
            [self::MINUTE, '58-59', [58, 59]],
            [self::MINUTE, '3-3', [3]],
            [self::MINUTE, '10-40/15', [10, 25, 40]],
            [self::MINUTE, '10-39/15', [10, 25]],
            [self::MINUTE, '10-12/5', [10]],
            [self::MINUTE, '*/25', [0, 25, 50]],
            [self::MINUTE, '*/59', [0, 59]],
            [self::HOUR, '*', range(0, 23)],
            [self::HOUR, '7-22/5', [7, 12, 17, 22]],
            [self::HOUR, '*/23', [0, 23]],
            [self::DAY_OF_MONTH, '*', range(1, 31)],
            [self::DAY_OF_MONTH, '*/10', [1, 11, 21, 31]],
            [self::DAY_OF_MONTH, '*/31', [1]],
            [self::MONTH, '*', range(1, 12)],
            [self::MONTH, '*/5', [1, 6, 11]],
            [self::MONTH, '*/12', [1]],
            [self::DAY_OF_WEEK, '*', range(0, 6)],
            [self::DAY_OF_WEEK, '2-6/3', [2, 5]],
        ];
    }

    /** @dataProvider lists */
    public function testListsAreUnionsInAnyOrder_R1(string $field, string $text, array $expected): void
    {
        $this->assertSame($expected, $this->values($field, $text));
    }

    public function lists(): array
    {
        return [
            [self::MINUTE, '40,5,20', [5, 20, 40]],
            [self::MINUTE, '7,7,5-8,6-9', [5, 6, 7, 8, 9]],
            [self::MINUTE, '50-55/5,*/30,1', [0, 1, 30, 50, 55]],
            [self::HOUR, '22-23,0', [0, 22, 23]],
            [self::DAY_OF_MONTH, '31,1,15', [1, 15, 31]],
        ];
    }

    public function testUnorderedListsAreVisitedInTheOrderOfTime_R1(): void
    {
        $this->assertSame(
            ['2024-05-17 09:05', '2024-05-17 09:40', '2024-05-17 17:05', '2024-05-17 17:40'],
            $this->series('40,5 17,9 * * *', '2024-05-17', 4),
        );
    }

    /** @dataProvider names */
    public function testNamesStandForValues_R1(string $field, string $text, array $expected): void
    {
        $this->assertSame($expected, $this->values($field, $text));
    }

    public function names(): array
    {
        return [
            [self::MONTH, 'jan,Mar-MAY', [1, 3, 4, 5]],
            [self::MONTH, 'feb-8/3', [2, 5, 8]],
            [self::MONTH, '11-Dec', [11, 12]],
            [self::DAY_OF_WEEK, 'mon-FRI', [1, 2, 3, 4, 5]],
            [self::DAY_OF_WEEK, 'Tue-6/2,SUN', [0, 2, 4, 6]],
        ];
    }

    public function testEveryName_R1(): void
    {
        $months = explode(' ', 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC');
        foreach ($months as $index => $name) {
            $this->assertSame([$index + 1], $this->values(self::MONTH, $name));
        }
        foreach (explode(' ', 'SUN MON TUE WED THU FRI SAT') as $index => $name) {
            $this->assertSame([$index], $this->values(self::DAY_OF_WEEK, $name));
        }
    }

    public function testLeadingZeros_R1(): void
    {
        $this->assertSame([0], $this->values(self::MINUTE, '00'));
        $this->assertSame([8], $this->values(self::MINUTE, '08'));
        $this->assertSame([5, 10], $this->values(self::MINUTE, '005-0010/005'));
        $this->assertSame([7], $this->values(self::MINUTE, str_repeat('0', 5000) . '7'));
        $this->assertSame([0, 30], $this->values(self::MINUTE, '*/' . str_repeat('0', 5000) . '30'));
    }

    /** @dataProvider timesAroundTen */
    public function testFirstMinuteStrictlyLater_R2(string $given, string $expected): void
    {
        $this->assertSame($expected, $this->next('0 10 * * *', $given));
    }

    public function timesAroundTen(): array
    {
        return [
            ['2024-05-17 00:00:00', '2024-05-17 10:00'],
            ['2024-05-17 09:59:00', '2024-05-17 10:00'],
            ['2024-05-17 09:59:30', '2024-05-17 10:00'],
            ['2024-05-17 09:59:59.999999', '2024-05-17 10:00'],
            ['2024-05-17 10:00:00', '2024-05-18 10:00'],
            ['2024-05-17 10:00:00.000001', '2024-05-18 10:00'],
            ['2024-05-17 10:00:59', '2024-05-18 10:00'],
            ['2024-05-17 10:01:00', '2024-05-18 10:00'],
        ];
    }

    public function testEveryMinuteFollowsTheLast_R2(): void
    {
        $this->assertSame('2024-05-17 09:31', $this->next('* * * * *', '2024-05-17 09:30'));
        $this->assertSame('2024-05-17 09:31', $this->next('* * * * *', '2024-05-17 09:30:59.5'));
    }

    /** @dataProvider timesAroundSeveral */
    public function testSeveralHoursAndMinutes_R2(string $given, string $expected): void
    {
        $this->assertSame("2024-05-$expected", $this->next('15,45 9,17 * * *', "2024-05-17 $given"));
    }

    public function timesAroundSeveral(): array
    {
        return [
            ['09:14', '17 09:15'],
            ['09:15', '17 09:45'],
            ['09:45', '17 17:15'],
            ['10:20', '17 17:15'],
            ['16:59', '17 17:15'],
            ['17:15', '17 17:45'],
            ['17:45', '18 09:15'],
            ['18:00', '18 09:15'],
        ];
    }

    public function testQuestionsAreIndependent_R2(): void
    {
        $schedule = Schedule::parse('0 10 * * *');
        $late = $this->utc('2030-01-01 11:30:15.25');
        $early = $this->utc('2020-01-01');
        for ($round = 0; $round < 2; $round++) {
            $this->assertEquals($this->utc('2030-01-02 10:00'), $schedule->nextAfter($late));
            $this->assertEquals($this->utc('2020-01-01 10:00'), $schedule->nextAfter($early));
        }
        $this->assertEquals($this->utc('2030-01-01 11:30:15.25'), $late);
    }

    public function testTimeOfAnotherZoneIsTakenAsInstant_R2(): void
    {
        $schedule = Schedule::parse('0 20 * * FRI'); // 2024-05-17 is a Friday
        $before = new DateTimeImmutable('2024-05-18 09:59:30', new DateTimeZone('+14:00'));
        $at = new DateTimeImmutable('2024-05-17 10:00:00', new DateTimeZone('-10:00'));
        $this->assertSame('2024-05-17 20:00', $this->shown($schedule->nextAfter($before)));
        $this->assertSame('2024-05-24 20:00', $this->shown($schedule->nextAfter($at)));
        $local = new DateTimeImmutable('2024-05-17 15:59');
        $this->assertSame('2024-05-17 20:00', $this->shown($schedule->nextAfter($local)));
    }

    public function testTimeZoneOfTheMachineHasNoInfluence_R2(): void
    {
        // The night in which this zone has no 02:30, and the one in which it has 01:30 twice.
        foreach (['2024-03-10', '2024-11-03'] as $night) {
            $this->assertSame(
                array_map(fn (int $hour): string => "$night 0$hour:30", range(1, 8)),
                $this->series('30 * * * *', "$night 00:30", 8),
            );
        }
    }

    public function testEitherRestrictedDayFieldIsEnough_R3(): void
    {
        $this->assertSame(
            ['09-06', '09-13', '09-20', '09-27', '10-04', '10-11', '10-13', '10-18'],
            $this->days('0 0 13 * FRI', '2024-09-01', 8),
        );
    }

    public function testUnrestrictedDayFieldLeavesTheOtherAlone_R3(): void
    {
        $this->assertSame(['09-13', '10-13', '11-13'], $this->days('0 0 13 * *', '2024-09-01', 3));
        $this->assertSame(['09-06', '09-13', '09-20'], $this->days('0 0 * * FRI', '2024-09-01', 3));
        $this->assertSame(['09-02', '09-03', '09-04'], $this->days('0 0 * * *', '2024-09-01', 3));
    }

    /**
     * @testWith ["*\/1 * FRI"]
     *           ["*,13 * FRI"]
     *           ["1-31 * FRI"]
     *           ["13 * *\/1"]
     *           ["13 * *,FRI"]
     *           ["13 * 0-6"]
     *           ["13 * 1-7"]
     */
    public function testAllValuesStillRestrictUnlessExactlyAStar_R3(string $fields): void
    {
        $this->assertSame(['09-02', '09-03', '09-04', '09-05'], $this->days("0 0 $fields", '2024-09-01', 4));
    }

    public function testAllValuesAndAStarLeaveTheOtherAlone_R3(): void
    {
        $this->assertSame(['09-02', '09-03'], $this->days('0 0 */1 * *', '2024-09-01', 2));
        $this->assertSame(['09-02', '09-03'], $this->days('0 0 * * */1', '2024-09-01', 2));
    }

    public function testMonthHourAndMinuteMatchInAnyCase_R3(): void
    {
        $this->assertSame(
            ['2024-09-20 06:30', '2024-09-27 06:30', '2025-09-05 06:30'],
            $this->series('30 6 13 9 FRI', '2024-09-20', 3),
        );
        $this->assertSame(['02-26', '02-03'], $this->days('0 0 31 2 MON', '2024-02-19', 2));
    }

    /** @dataProvider weekdays */
    public function testSundayIs0And7_R4(string $text, array $expected): void
    {
        $this->assertSame($expected, $this->values(self::DAY_OF_WEEK, $text));
    }

    public function weekdays(): array
    {
        return [
            ['0', [0]],
            ['7', [0]],
            ['SUN', [0]],
            ['0,7,sun', [0]],
            ['7-7', [0]],
            ['5-7', [0, 5, 6]],
            ['0-7', [0, 1, 2, 3, 4, 5, 6]],
            ['SUN-2', [0, 1, 2]],
            ['FRI-7', [0, 5, 6]],
            ['1-7/2', [0, 1, 3, 5]],
            ['2-7/5', [0, 2]],
            ['1-7/7', [1]],
            ['*/2', [0, 2, 4, 6]],
            ['*/3', [0, 3, 6]],
            ['*/7', [0]],
        ];
    }

    /**
     * @testWith ["FRI-SUN"]
     *           ["6-0"]
     *           ["7-0"]
     *           ["7-sun"]
     *           ["SAT-MON"]
     */
    public function testRangesOfWeekdaysCompareNumbers_R4(string $text): void
    {
        $this->assertErrorIn(self::DAY_OF_WEEK, $text, Reason::Range);
    }

    /** @dataProvider laterTimes */
    public function testLaterHourDayMonthOrYear_R5(string $expression, string $given, string $expected): void
    {
        $this->assertSame($expected, $this->next($expression, $given));
    }

    public function laterTimes(): array
    {
        return [
            ['5 * * * *', '2024-05-17 09:05', '2024-05-17 10:05'],
            ['5 * * * *', '2024-05-17 23:30', '2024-05-18 00:05'],
            ['* * * * *', '2024-02-29 23:59', '2024-03-01 00:00'],
            ['* * * * *', '2023-02-28 23:59', '2023-03-01 00:00'],
            ['* * * * *', '2024-12-31 23:59:59', '2025-01-01 00:00'],
            ['0 0 1 1 *', '2024-01-01', '2025-01-01 00:00'],
            ['0 0 1 2 *', '2024-01-31', '2024-02-01 00:00'],
            ['59 23 31 12 *', '2024-12-31 23:58', '2024-12-31 23:59'],
            ['59 23 31 12 *', '2024-12-31 23:59', '2025-12-31 23:59'],
            ['15 6 10 3 *', '2024-05-17 09:30', '2025-03-10 06:15'],
            ['* * * * *', '1970-01-01', '1970-01-01 00:01'],
            ['* * * * *', '9990-12-31 23:59:59', '9991-01-01 00:00'],
            ['0 0 * * MON', '2100-02-25', '2100-03-01 00:00'],
        ];
    }

    public function testMonthsWithoutA31stAreLeftOut_R5(): void
    {
        $this->assertSame(
            ['01-31', '03-31', '05-31', '07-31', '08-31', '10-31', '12-31', '01-31'],
            $this->days('0 0 31 * *', '2024-01-01', 8),
        );
        $this->assertSame(['03-30', '04-30'], $this->days('0 0 30 * *', '2024-01-30', 2));
    }

    /**
     * @testWith ["1996-02-29", 2000]
     *           ["2023-03-01", 2024]
     *           ["2024-02-28 23:59", 2024]
     *           ["2024-02-29", 2028]
     *           ["2096-02-29", 2104]
     *           ["2096-02-29 12:30", 2104]
     *           ["2099-12-31", 2104]
     *           ["9990-12-31 23:59", 9992]
     */
    public function testLeapDays_R5(string $given, int $year): void
    {
        $this->assertSame("$year-02-29 00:00", $this->next('0 0 29 2 *', $given));
    }

    /**
     * @testWith ["0 0 30 2 *"]
     *           ["0 0 31 4,6 *"]
     *           ["* * 30-31 FEB *"]
     */
    public function testDaysOfNoYearGiveNoTime_R5(string $expression): void
    {
        $schedule = Schedule::parse($expression);
        foreach (['1970-01-01', '2024-02-29', '9990-12-31 23:59:59'] as $given) {
            $this->assertNull($schedule->nextAfter($this->utc($given)));
        }
    }

    /**
     * @testWith [""]
     *           [" "]
     *           [" \t "]
     *           ["@daily"]
     *           ["* * * *"]
     *           ["* * * * * *"]
     *           ["60 ? 1- L"]
     *           ["x 99 , *\/0 -1 ?"]
     */
    public function testOtherThanFiveFields_R6(string $expression): void
    {
        $this->assertError($expression, Reason::FieldCount, null, '');
    }

    public function testSpacesAndTabsSeparate_R6(): void
    {
        foreach (["0\t10\t*\t*\t*", "0   10 \t * \t\t* *", " \t0 10 * * *", "0 10 * * *\t "] as $expression) {
            $this->assertSame('2024-05-17 10:00', $this->next($expression, '2024-05-17 09:00'));
        }
    }

    public function testOtherWhiteSpaceBelongsToTheField_R6(): void
    {
        foreach (["\n", "\r", "\v", "\f", "\0", "\u{a0}", "\u{2003}"] as $space) {
            $this->assertError("0 10 * * *$space", Reason::Syntax, self::DAY_OF_WEEK, "*$space");
            $this->assertError("{$space}0 10 * * *", Reason::Syntax, self::MINUTE, "{$space}0");
            $this->assertError("0 10$space * * *", Reason::Syntax, self::HOUR, "10$space");
            $this->assertError("0 10 * 1-5/2$space *", Reason::Syntax, self::MONTH, "1-5/2$space");
            $this->assertError("0{$space}10 * * *", Reason::FieldCount, null, '');
        }
    }

    /** @dataProvider badShapes */
    public function testBadShape_R7(string $text): void
    {
        foreach (self::FIELDS as $field) {
            $this->assertErrorIn($field, $text, Reason::Syntax);
        }
    }

    public function badShapes(): array
    {
        $shapes = explode(' ', '5/10 1- -1 1--3 5L L5 *-5 5-* ? ** *5 */ /5 */-1 */MON 1-5/ 1-5/x 1-2-3 '
            . '*/2/3 +1 1.5 1e1 1-5L JAN/2');
        $nonAscii = ["\u{665}", "\u{ff15}", "1-\u{ff15}", "*/\u{ff15}", "\u{b2}", "\u{c4}PR", "\u{17f}un", "1\xff"];

        return array_map(fn (string $text): array => [$text], [...$shapes, ...$nonAscii]);
    }

    /**
     * @testWith ["1,,2"]
     *           [",1"]
     *           ["1,"]
     *           [","]
     */
    public function testEmptyItem_R7(string $list): void
    {
        $this->assertError("* * $list * *", Reason::Syntax, self::DAY_OF_MONTH, '');
    }

    /** @dataProvider badValues */
    public function testBadValue_R7(string $field, string $text): void
    {
        $this->assertErrorIn($field, $text, Reason::Value);
    }

    public function badValues(): array
    {
        return [
            [self::MINUTE, '60'],
            [self::MINUTE, '50-60'],
            [self::MINUTE, '256'],
            [self::MINUTE, '4294967296-5'],
            [self::MINUTE, '18446744073709551616'],
            [self::MINUTE, '99999999999999999999'],
            [self::MINUTE, str_repeat('9', 5000)],
            [self::HOUR, '24'],
            [self::DAY_OF_MONTH, '0'],
            [self::DAY_OF_MONTH, '00-5'],
            [self::DAY_OF_MONTH, '32'],
            [self::MONTH, '0'],
            [self::MONTH, '13'],
            [self::DAY_OF_WEEK, '8'],
            [self::DAY_OF_WEEK, '1-8'],
            [self::MONTH, 'MON'],
            [self::DAY_OF_WEEK, 'Jan'],
            [self::MINUTE, 'SUN'],
            [self::HOUR, 'jan'],
            [self::DAY_OF_MONTH, 'L'],
            [self::MONTH, 'JANUARY'],
            [self::MONTH, 'ja'],
            [self::DAY_OF_WEEK, 'Sunday'],
            [self::DAY_OF_WEEK, 'MON-L'],
        ];
    }

    /**
     * @testWith ["minute", "30-10"]
     *           ["hour", "1-0/2"]
     *           ["month", "Mar-FEB"]
     *           ["month", "mar-2"]
     */
    public function testBadRange_R7(string $field, string $text): void
    {
        $this->assertErrorIn($field, $text, Reason::Range);
    }

    /**
     * @testWith ["minute", 59]
     *           ["hour", 23]
     *           ["day-of-month", 31]
     *           ["month", 12]
     *           ["day-of-week", 7]
     */
    public function testBadStep_R7(string $field, int $greatest): void
    {
        $steps = ['0', '000', (string) ($greatest + 1), '256', '99999999999999999999', '18446744073709551617'];
        foreach ($steps as $step) {
            $this->assertErrorIn($field, "*/$step", Reason::Step);
            $this->assertErrorIn($field, "1-5/$step", Reason::Step);
        }
        $this->assertSame([1], $this->values($field, "1-2/$greatest"));
    }

    public function testFirstBadItemIsReported_R7(): void
    {
        $this->assertError('0 24 ? */0 9', Reason::Value, self::HOUR, '24');
        $this->assertError('0 0 5-1 ? 8', Reason::Range, self::DAY_OF_MONTH, '5-1');
        $this->assertError('1,61,?,*/0 ? * * *', Reason::Value, self::MINUTE, '61');
        $this->assertError('*/0,60 * * * *', Reason::Step, self::MINUTE, '*/0');
        $this->assertError('* * * * 1,Mon-Fry,x-', Reason::Value, self::DAY_OF_WEEK, 'Mon-Fry');
    }

    public function testFirstReasonOfAnItemIsReported_R7(): void
    {
        $this->assertErrorIn(self::MINUTE, '60-/0', Reason::Syntax);
        $this->assertErrorIn(self::MINUTE, '60-50/0', Reason::Value);
        $this->assertErrorIn(self::MINUTE, '5-x/0', Reason::Value);
        $this->assertErrorIn(self::MINUTE, '40-10/0', Reason::Range);
    }

    public function testErrorsAreInvalidArguments_R7(): void
    {
        $this->expectException(InvalidArgumentException::class);
        Schedule::parse('60 * * * *');
    }

    public function testHundredsOfQuestions_R8(): void
    {
        $started = hrtime(true);
        foreach (range(2000, 2099) as $year) {
            $this->assertSame('02-29', $this->days('0 0 29 2 *', "$year-02-28", 1)[0]);
            $this->assertNull(Schedule::parse('0 0 30 2 *')->nextAfter($this->utc("$year-02-28")));
        }
        $this->assertLessThan(2e9, hrtime(true) - $started);
    }

    private function utc(string $text): DateTimeImmutable
    {
        return new DateTimeImmutable($text, new DateTimeZone('UTC'));
    }

    /** The minute of a result, which has to be in UTC and to be the start of it. */
    private function shown(?DateTimeImmutable $time): string
    {
        $this->assertNotNull($time);
        $this->assertSame(['00.000000', 0], [$time->format('s.u'), $time->getOffset()]);

        return $time->format('Y-m-d H:i');
    }

    private function next(string $expression, string $given): string
    {
        return $this->shown(Schedule::parse($expression)->nextAfter($this->utc($given)));
    }

    /** @return list<string> */
    private function series(string $expression, string $start, int $count): array
    {
        $schedule = Schedule::parse($expression);
        $at = $this->utc($start);
        $found = [];
        while (count($found) < $count) {
            $at = $schedule->nextAfter($at);
            $found[] = $this->shown($at);
        }

        return $found;
    }

    /** @return list<string> */
    private function days(string $expression, string $start, int $count): array
    {
        return array_map(
            fn (string $time): string => substr($time, 5, 5),
            $this->series($expression, $start, $count),
        );
    }

    /** @return list<int> */
    private function values(string $field, string $text): array
    {
        [$template, $start, $end, $format] = self::VALUES_OF[$field];
        $schedule = Schedule::parse(str_replace('V', $text, $template));
        $found = [];
        $at = $schedule->nextAfter($this->utc($start));
        // A schedule that stands still must not hang the test.
        while ($at <= $this->utc($end) && count($found) <= 60) {
            $this->assertNotNull($at);
            $found[] = (int) $at->format($format);
            $at = $schedule->nextAfter($at);
        }

        return $found;
    }

    private function assertErrorIn(string $field, string $item, Reason $reason): void
    {
        $texts = array_map(fn (string $name): string => $name === $field ? $item : '*', self::FIELDS);
        $this->assertError(implode(' ', $texts), $reason, $field, $item);
    }

    private function assertError(string $expression, Reason $reason, ?string $field, string $item): void
    {
        try {
            Schedule::parse($expression);
        } catch (CronException $e) {
            $this->assertSame([$reason, $field, $item], [$e->reason, $e->field, $e->item], $expression);

            return;
        }
        $this->fail("no error: $expression");
    }
}
