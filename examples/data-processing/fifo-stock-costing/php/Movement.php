<?php

declare(strict_types=1);

namespace FifoStockCosting;

/** A purchase, or a sale if it has no cost. */
final class Movement
{
    private function __construct(
        public readonly string $item,
        public readonly int $quantity,
        public readonly ?int $cost,
    ) {
    }

    /** @param int $cost cents for all units together */
    public static function purchase(string $item, int $quantity, int $cost): self
    {
        return new self($item, $quantity, $cost);
    }

    public static function sale(string $item, int $quantity): self
    {
        return new self($item, $quantity, null);
    }
}
