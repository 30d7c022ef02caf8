<?php

declare(strict_types=1);

namespace SchoolPlaces;

/** A school with its number of places and the applicants that it would admit. */
final class School
{
    /** @param list<string> $ranking names of applicants, the best first */
    public function __construct(
        public readonly string $name,
        public readonly int $places,
        public readonly array $ranking,
    ) {
    }
}
