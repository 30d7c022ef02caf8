<?php

declare(strict_types=1);

namespace ConditionalSync;

/** An item of the collection. */
final class Item
{
    public function __construct(public readonly string $id, public readonly string $name)
    {
    }
}
