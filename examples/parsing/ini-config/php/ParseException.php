<?php

declare(strict_types=1);

namespace IniConfig;

/** A text has problems. */
final class ParseException extends \UnexpectedValueException
{
    /** @param non-empty-list<Problem> $problems */
    public function __construct(public readonly array $problems)
    {
        $describe = fn (Problem $problem): string => "line {$problem->line}: {$problem->reason->value}";
        parent::__construct(implode("\n", array_map($describe, $problems)));
    }
}
