<?php

declare(strict_types=1);

namespace SchoolPlaces;

/** The names of an applicant and of the school, null if there is none. */
final class Placement
{
    public function __construct(public readonly string $applicant, public readonly ?string $school)
    {
    }
}
