<?php

declare(strict_types=1);

namespace TemplateRender;

require_once __DIR__ . '/Path.php';

/** A tag that prints the value of an expression. */
final class Output
{
    /** @param list<\Closure(mixed): mixed> $filters */
    public function __construct(
        public readonly int $offset,
        public readonly bool $escaped,
        public readonly Path|string|int $operand,
        public readonly array $filters,
    ) {
    }
}
