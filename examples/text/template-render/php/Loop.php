<?php

declare(strict_types=1);

namespace TemplateRender;

require_once __DIR__ . '/Path.php';

/** A `for` block. */
final class Loop
{
    /** @var list<string|Output|Loop|Condition> */
    public array $body = [];

    public function __construct(
        public readonly int $offset,
        public readonly string $name,
        public readonly Path $path,
    ) {
    }

    public function append(string|Output|Loop|Condition $node): void
    {
        $this->body[] = $node;
    }
}
