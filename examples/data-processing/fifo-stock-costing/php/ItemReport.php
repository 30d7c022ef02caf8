<?php

declare(strict_types=1);

namespace FifoStockCosting;

/** What became of one item; costs in cents. */
final class ItemReport
{
    public function __construct(
        public readonly string $item,
        public readonly int $soldUnits,
        public readonly int $soldCost,
        public readonly int $stockUnits,
        public readonly int $stockCost,
    ) {
    }
}
