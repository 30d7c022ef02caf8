<?php

declare(strict_types=1);

namespace LedgerReconcile;

/** A line of a bank statement. */
final class StatementLine
{
    /**
     * @param string $date YYYY-MM-DD, from 1900 to 2999
     * @param int $amount in minor units, not 0
     */
    public function __construct(
        public readonly string $id,
        public readonly string $date,
        public readonly int $amount,
        public readonly string $reference = '',
    ) {
    }
}
