<?php

declare(strict_types=1);

namespace SessionizeEvents;

require_once __DIR__ . '/ClickEvent.php';
require_once __DIR__ . '/FinishedException.php';
require_once __DIR__ . '/OpenSession.php';
require_once __DIR__ . '/Session.php';

/** Groups click events into sessions of single users while they arrive. */
final class Sessionizer
{
    private const MAX_MS = 1_000_000_000_000_000;

    /** @var array<array-key, list<OpenSession>> by user; the key of a user like "1" is an int */
    private array $openByUser = [];
    private int $earliestEndMs = PHP_INT_MAX;
    private int $watermarkMs;
    private int $arrivals = 0;
    private int $lateEvents = 0;
    private bool $finished = false;

    /** @throws \InvalidArgumentException if the gap is not from 1 to 10^15, or the lateness not from 0 to 10^15 */
    public function __construct(private readonly int $gapMs, private readonly int $latenessMs)
    {
        self::requireRange('gap', $gapMs, 1);
        self::requireRange('lateness', $latenessMs, 0);
        // No timestamp is below it, so the first event is not late.
        $this->watermarkMs = -$latenessMs;
    }

    /** Returns the number of events dropped because they were late. */
    public function lateEvents(): int
    {
        return $this->lateEvents;
    }

    /**
     * Takes an event and returns the sessions that it closes, by end, then by earliest arrival.
     *
     * @return list<Session>
     * @throws FinishedException after finish
     * @throws \InvalidArgumentException if the user is empty or the timestamp not from 0 to 10^15
     */
    public function add(ClickEvent $event): array
    {
        $this->requireUnfinished();
        self::requireValid($event);
        if ($event->timestampMs < $this->watermarkMs) {
            $this->lateEvents++;

            return [];
        }
        $this->accept($event);
        $this->watermarkMs = max($this->watermarkMs, $event->timestampMs - $this->latenessMs);

        return $this->closeEndingBefore($this->watermarkMs - $this->gapMs);
    }

    /**
     * Closes and returns all open sessions, ordered as by add.
     *
     * @return list<Session>
     * @throws FinishedException if called again
     */
    public function finish(): array
    {
        $this->requireUnfinished();
        $this->finished = true;

        return $this->closeEndingBefore(PHP_INT_MAX);
    }

    private function accept(ClickEvent $event): void
    {
        $session = new OpenSession($event, $this->arrivals++);
        $apart = [];
        foreach ($this->openByUser[$event->user] ?? [] as $open) {
            if ($open->reaches($event->timestampMs, $this->gapMs)) {
                $session = OpenSession::merge($session, $open);
            } else {
                $apart[] = $open;
            }
        }
        $this->openByUser[$event->user] = [...$apart, $session];
        $this->earliestEndMs = min($this->earliestEndMs, $session->endMs());
    }

    /** @return list<Session> */
    private function closeEndingBefore(int $limitMs): array
    {
        if ($this->earliestEndMs >= $limitMs) {
            return [];
        }
        $due = $this->takeEndingBefore($limitMs);
        usort($due, OpenSession::compareForClosing(...));

        return array_map(static fn (OpenSession $session): Session => $session->close(), $due);
    }

    /** @return list<OpenSession> */
    private function takeEndingBefore(int $limitMs): array
    {
        $due = [];
        $openByUser = [];
        $this->earliestEndMs = PHP_INT_MAX;
        foreach ($this->openByUser as $user => $sessions) {
            foreach ($sessions as $session) {
                if ($session->endMs() < $limitMs) {
                    $due[] = $session;
                } else {
                    $openByUser[$user][] = $session;
                    $this->earliestEndMs = min($this->earliestEndMs, $session->endMs());
                }
            }
        }
        $this->openByUser = $openByUser;

        return $due;
    }

    private function requireUnfinished(): void
    {
        if ($this->finished) {
            throw new FinishedException();
        }
    }

    private static function requireValid(ClickEvent $event): void
    {
        if ($event->user === '') {
            throw new \InvalidArgumentException('the user is empty');
        }
        self::requireRange('timestamp', $event->timestampMs, 0);
    }

    private static function requireRange(string $name, int $value, int $least): void
    {
        if ($value < $least || $value > self::MAX_MS) {
            throw new \InvalidArgumentException("$name must be from $least to " . self::MAX_MS . ", not $value");
        }
    }
}
