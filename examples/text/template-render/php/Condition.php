<?php

declare(strict_types=1);

namespace TemplateRender;

require_once __DIR__ . '/Path.php';

/** An `if` block. */
final class Condition
{
    /** @var list<string|Output|Loop|Condition> */
    public array $body = [];

    /** @var list<string|Output|Loop|Condition>|null null without `else` */
    public ?array $otherwise = null;

    public function __construct(
        public readonly int $offset,
        public readonly bool $negated,
        public readonly Path $path,
    ) {
    }

    public function append(string|Output|Loop|Condition $node): void
    {
        if ($this->otherwise === null) {
            $this->body[] = $node;
        } else {
            $this->otherwise[] = $node;
        }
    }
}
