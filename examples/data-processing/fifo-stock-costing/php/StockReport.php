<?php

declare(strict_types=1);

namespace FifoStockCosting;

final class StockReport
{
    /**
     * @param list<int> $saleCosts in the order of the sales
     * @param list<ItemReport> $items in the order of the items' first movements
     */
    public function __construct(public readonly array $saleCosts, public readonly array $items)
    {
    }
}
