<?php

declare(strict_types=1);

namespace SchoolPlaces;

/** What is wrong with an applicant or school of this name, or with one entry of its list. */
final class Problem
{
    public function __construct(
        public readonly Reason $reason,
        public readonly string $name,
        public readonly ?string $entry = null,
    ) {
    }

    public function describe(): string
    {
        return "{$this->reason->value}: {$this->name}" . ($this->entry === null ? '' : ", {$this->entry}");
    }
}
