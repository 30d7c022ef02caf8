<?php

declare(strict_types=1);

namespace SchoolPlaces;

/** Somebody with the wishes for schools that would admit them; as many as `turn` have turned them away. */
final class Candidate
{
    /** @param list<string> $wishes */
    public function __construct(
        public readonly string $name,
        private readonly array $wishes,
        private readonly int $turn = 0,
    ) {
    }

    /** Where the candidate applies or is admitted; null after the last wish. */
    public function school(): ?string
    {
        return $this->wishes[$this->turn] ?? null;
    }

    public function turnedAway(): self
    {
        return new self($this->name, $this->wishes, $this->turn + 1);
    }
}
