<?php

declare(strict_types=1);

namespace FifoStockCosting;

require_once __DIR__ . '/ItemReport.php';

/** The purchases of one item that still have units. */
final class Shelf
{
    /** @var \SplQueue<array{int, int, int}> of each lot its quantity, its cost and how many units are sold */
    private \SplQueue $lots;
    private int $soldUnits = 0;
    private int $soldCost = 0;
    private int $stockUnits = 0;
    private int $stockCost = 0;

    public function __construct(private readonly string $item)
    {
        $this->lots = new \SplQueue();
    }

    public function stockUnits(): int
    {
        return $this->stockUnits;
    }

    public function add(int $quantity, int $cost): void
    {
        $this->lots->enqueue([$quantity, $cost, 0]);
        $this->stockUnits += $quantity;
        $this->stockCost += $cost;
    }

    /** Takes units, of which there are as many in stock, and returns their cost. */
    public function take(int $quantity): int
    {
        $cost = 0;
        for ($wanted = $quantity; $wanted > 0; $wanted -= $units) {
            [$bought, $lotCost, $sold] = $this->lots->bottom();
            $units = min($wanted, $bought - $sold);
            $cost += intdiv($lotCost * ($sold + $units), $bought) - intdiv($lotCost * $sold, $bought);
            if ($sold + $units === $bought) {
                $this->lots->dequeue();
            } else {
                $this->lots[0] = [$bought, $lotCost, $sold + $units];
            }
        }
        $this->soldUnits += $quantity;
        $this->soldCost += $cost;
        $this->stockUnits -= $quantity;
        $this->stockCost -= $cost;

        return $cost;
    }

    public function report(): ItemReport
    {
        return new ItemReport($this->item, $this->soldUnits, $this->soldCost, $this->stockUnits, $this->stockCost);
    }
}
