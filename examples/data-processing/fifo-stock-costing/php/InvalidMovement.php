<?php

declare(strict_types=1);

namespace FifoStockCosting;

/** A movement has a wrong field. */
final class InvalidMovement extends \InvalidArgumentException
{
    /**
     * @param int $index in the list, from 0
     * @param string $field item, quantity or cost
     */
    public function __construct(public readonly int $index, public readonly string $field)
    {
        parent::__construct("movement $index has a wrong $field");
    }
}
