<?php

declare(strict_types=1);

namespace IniConfig;

/** A line, of which the first is 1, and what is wrong with it. */
final class Problem
{
    public function __construct(public readonly int $line, public readonly Reason $reason)
    {
    }
}
