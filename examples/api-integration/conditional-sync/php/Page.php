<?php

declare(strict_types=1);

namespace ConditionalSync;

require_once __DIR__ . '/Item.php';

/** A page as the server sent it. */
final class Page
{
    /** @param list<Item> $items */
    public function __construct(
        public readonly array $items,
        public readonly ?string $nextReference,
        public readonly ?string $etag,
    ) {
    }
}
