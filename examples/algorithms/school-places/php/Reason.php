<?php

declare(strict_types=1);

namespace SchoolPlaces;

/** What is wrong. */
enum Reason: string
{
    case DuplicateApplicant = 'duplicate-applicant';
    case DuplicateSchool = 'duplicate-school';
    case InvalidPlaces = 'invalid-places';
    case UnknownWish = 'unknown-wish';
    case UnknownCandidate = 'unknown-candidate';
    case RepeatedWish = 'repeated-wish';
    case RepeatedCandidate = 'repeated-candidate';
}
