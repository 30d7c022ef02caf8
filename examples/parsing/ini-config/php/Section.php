<?php

declare(strict_types=1);

namespace IniConfig;

/** A line that begins a section; one with a problem has no name. */
final class Section
{
    public function __construct(public readonly ?string $name)
    {
    }
}
