<?php

declare(strict_types=1);

namespace SessionizeEvents;

/** A click of a user on a page; Sessionizer::add checks it. */
final class ClickEvent
{
    public function __construct(
        public readonly string $user,
        public readonly int $timestampMs,
        public readonly string $page,
    ) {
    }
}
