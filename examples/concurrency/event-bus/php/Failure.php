<?php

declare(strict_types=1);

namespace EventBus;

/** What a listener threw, with the event's topic and the subscription's pattern. */
final class Failure
{
    public function __construct(
        public readonly string $topic,
        public readonly string $pattern,
        public readonly \Throwable $error,
    ) {
    }
}
