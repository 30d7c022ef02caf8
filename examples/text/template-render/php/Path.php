<?php

declare(strict_types=1);

namespace TemplateRender;

/** A path of a template. */
final class Path
{
    /** @param non-empty-list<string|int> $segments names and indexes */
    public function __construct(public readonly array $segments)
    {
    }
}
