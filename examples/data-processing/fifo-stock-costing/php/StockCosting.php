<?php

declare(strict_types=1);

namespace FifoStockCosting;

require_once __DIR__ . '/InvalidMovement.php';
require_once __DIR__ . '/Movement.php';
require_once __DIR__ . '/OutOfStock.php';
require_once __DIR__ . '/Shelf.php';
require_once __DIR__ . '/StockReport.php';

/** Costs stock by first in, first out. */
final class StockCosting
{
    private const MAX_QUANTITY = 1_000_000;
    private const MAX_COST = 1_000_000_000_000;

    /**
     * Tells what the units sold have cost and what is left.
     *
     * @param list<Movement> $movements the oldest first
     * @throws InvalidMovement|OutOfStock about the first movement that can not be
     */
    public static function cost(array $movements): StockReport
    {
        $saleCosts = [];
        $shelves = [];
        foreach ($movements as $index => $movement) {
            $wrong = self::wrongField($movement);
            if ($wrong !== null) {
                throw new InvalidMovement($index, $wrong);
            }
            $shelf = $shelves[$movement->item] ??= new Shelf($movement->item);
            if ($movement->cost !== null) {
                $shelf->add($movement->quantity, $movement->cost);
                continue;
            }
            $missing = $movement->quantity - $shelf->stockUnits();
            if ($missing > 0) {
                throw new OutOfStock($index, $movement->item, $missing);
            }
            $saleCosts[] = $shelf->take($movement->quantity);
        }

        return new StockReport(
            $saleCosts,
            array_map(static fn (Shelf $shelf): ItemReport => $shelf->report(), array_values($shelves)),
        );
    }

    /** The name of the first field that is wrong. */
    private static function wrongField(Movement $movement): ?string
    {
        return match (true) {
            $movement->item === '' => 'item',
            $movement->quantity < 1 || $movement->quantity > self::MAX_QUANTITY => 'quantity',
            $movement->cost !== null && ($movement->cost < 0 || $movement->cost > self::MAX_COST) => 'cost',
            default => null,
        };
    }
}
