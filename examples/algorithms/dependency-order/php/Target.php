<?php

declare(strict_types=1);

namespace DependencyOrder;

/** A build target and the names of the targets it depends on. */
final class Target
{
    /** @param list<string> $dependencies */
    public function __construct(
        public readonly string $name,
        public readonly array $dependencies = [],
    ) {
    }
}
