<?php

declare(strict_types=1);

namespace SessionizeEvents;

/**
 * A session that can still take events.
 *
 * @internal
 */
final class OpenSession
{
    private readonly string $user;
    private int $startMs;
    private int $endMs;
    private int $firstArrival;
    /** @var list<array{int, int, string}> timestamp, arrival and page */
    private array $visits;

    public function __construct(ClickEvent $event, int $arrival)
    {
        $this->user = $event->user;
        $this->startMs = $event->timestampMs;
        $this->endMs = $event->timestampMs;
        $this->firstArrival = $arrival;
        $this->visits = [[$event->timestampMs, $arrival, $event->page]];
    }

    public function endMs(): int
    {
        return $this->endMs;
    }

    public function reaches(int $timestampMs, int $gapMs): bool
    {
        return $this->startMs - $gapMs <= $timestampMs && $timestampMs <= $this->endMs + $gapMs;
    }

    /** Joins two sessions of one user in one of them, which is returned; the other must not be used any more. */
    public static function merge(self $one, self $other): self
    {
        return count($one->visits) < count($other->visits) ? $other->absorb($one) : $one->absorb($other);
    }

    /** Orders by end, then by the arrival of the event that arrived first. */
    public static function compareForClosing(self $one, self $other): int
    {
        return [$one->endMs, $one->firstArrival] <=> [$other->endMs, $other->firstArrival];
    }

    public function close(): Session
    {
        // No two arrivals are equal, so pages are never compared.
        sort($this->visits);

        return new Session($this->user, $this->startMs, $this->endMs, array_column($this->visits, 2));
    }

    private function absorb(self $other): self
    {
        foreach ($other->visits as $visit) {
            $this->visits[] = $visit;
        }
        $this->startMs = min($this->startMs, $other->startMs);
        $this->endMs = max($this->endMs, $other->endMs);
        $this->firstArrival = min($this->firstArrival, $other->firstArrival);

        return $this;
    }
}
