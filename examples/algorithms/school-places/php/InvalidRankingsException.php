<?php

declare(strict_types=1);

namespace SchoolPlaces;

/** The lists have problems. */
final class InvalidRankingsException extends \InvalidArgumentException
{
    /** @param non-empty-list<Problem> $problems */
    public function __construct(public readonly array $problems)
    {
        parent::__construct(implode("\n", array_map(static fn (Problem $one): string => $one->describe(), $problems)));
    }
}
