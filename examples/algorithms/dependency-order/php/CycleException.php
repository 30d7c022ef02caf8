<?php

declare(strict_types=1);

namespace DependencyOrder;

require_once __DIR__ . '/OrderException.php';

/** Targets depend on each other; the path ends with the name it begins with. */
final class CycleException extends OrderException
{
    /** @param list<string> $path */
    public function __construct(public readonly array $path)
    {
        parent::__construct('dependency cycle: "' . implode('" -> "', $path) . '"');
    }
}
