<?php

declare(strict_types=1);

namespace CronNext;

require_once __DIR__ . '/CronException.php';
require_once __DIR__ . '/Field.php';
require_once __DIR__ . '/Reason.php';

/** The minutes of UTC that a cron expression matches. */
final class Schedule
{
    private const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
    private const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

    // A 29th of February is at most this far away: a century year may not be a leap year.
    private const HORIZON_YEARS = 8;

    /**
     * @param list<int> $minutes ascending
     * @param list<int> $hours ascending
     * @param list<int> $days
     * @param list<int> $months
     * @param list<int> $weekdays from 0, Sunday, to 6
     * @param bool $eitherDay whether one matching day field is enough
     */
    private function __construct(
        private readonly array $minutes,
        private readonly array $hours,
        private readonly array $days,
        private readonly array $months,
        private readonly array $weekdays,
        private readonly bool $eitherDay,
    ) {
    }

    /** @throws CronException */
    public static function parse(string $expression): self
    {
        $texts = preg_split('/[ \t]+/', $expression, -1, PREG_SPLIT_NO_EMPTY);
        if (count($texts) !== 5) {
            throw new CronException(Reason::FieldCount);
        }

        [$minute, $hour, $dayOfMonth, $month, $dayOfWeek] = $texts;

        // In the order of the expression: the first bad item is the one that is reported.
        return new self(
            minutes: (new Field('minute', 0, 59))->values($minute),
            hours: (new Field('hour', 0, 23))->values($hour),
            days: (new Field('day-of-month', 1, 31))->values($dayOfMonth),
            months: (new Field('month', 1, 12, self::MONTHS))->values($month),
            weekdays: array_map(
                fn (int $weekday): int => $weekday % 7,
                (new Field('day-of-week', 0, 7, self::WEEKDAYS))->values($dayOfWeek),
            ),
            eitherDay: $dayOfMonth !== '*' && $dayOfWeek !== '*',
        );
    }

    /**
     * Returns the first matching minute after a time, in UTC, or null if there is none at all.
     * A time of any zone is taken as the instant it is.
     */
    public function nextAfter(\DateTimeImmutable $time): ?\DateTimeImmutable
    {
        $today = $time->setTimezone(new \DateTimeZone('UTC'))->setTime(0, 0);
        foreach ($this->daysFrom($today) as $day) {
            $next = $this->firstOfDayAfter($day, $time);
            if ($next !== null) {
                return $next;
            }
        }

        return null;
    }

    /** @return \Generator<\DateTimeImmutable> the matching days from the given one on */
    private function daysFrom(\DateTimeImmutable $day): \Generator
    {
        $lastYear = (int) $day->format('Y') + self::HORIZON_YEARS;
        while ((int) $day->format('Y') <= $lastYear) {
            if (!in_array((int) $day->format('n'), $this->months, true)) {
                $day = $day->modify('first day of next month');
                continue;
            }
            if ($this->matchesDay($day)) {
                yield $day;
            }
            $day = $day->modify('+1 day');
        }
    }

    private function matchesDay(\DateTimeImmutable $day): bool
    {
        $inMonth = in_array((int) $day->format('j'), $this->days, true);
        $inWeek = in_array((int) $day->format('w'), $this->weekdays, true);

        return $this->eitherDay ? $inMonth || $inWeek : $inMonth && $inWeek;
    }

    private function firstOfDayAfter(\DateTimeImmutable $day, \DateTimeImmutable $time): ?\DateTimeImmutable
    {
        foreach ($this->hours as $hour) {
            foreach ($this->minutes as $minute) {
                $candidate = $day->setTime($hour, $minute);
                if ($candidate > $time) {
                    return $candidate;
                }
            }
        }

        return null;
    }
}
