<?php

declare(strict_types=1);

namespace SchoolPlaces;

/** Somebody who wishes for schools. */
final class Applicant
{
    /** @param list<string> $wishes names of schools, the best first */
    public function __construct(public readonly string $name, public readonly array $wishes)
    {
    }
}
