<?php

declare(strict_types=1);

namespace FifoStockCosting;

/** A sale is of more units than there are in stock. */
final class OutOfStock extends \RuntimeException
{
    /** @param int $index in the list, from 0 */
    public function __construct(
        public readonly int $index,
        public readonly string $item,
        public readonly int $missing,
    ) {
        parent::__construct("sale $index: $missing units of $item are missing");
    }
}
