<?php

declare(strict_types=1);

namespace EventBus;

/** What a listener is called with. */
final class Event
{
    public function __construct(public readonly string $topic, public readonly mixed $payload)
    {
    }
}
