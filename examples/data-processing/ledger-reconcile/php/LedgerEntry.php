<?php

declare(strict_types=1);

namespace LedgerReconcile;

/** An entry of the ledger. */
final class LedgerEntry
{
    /**
     * @param string $date YYYY-MM-DD, from 1900 to 2999
     * @param int $amount in minor units, not 0
     * @param bool $inParts whether several lines may pay it together
     */
    public function __construct(
        public readonly string $id,
        public readonly string $date,
        public readonly int $amount,
        public readonly string $reference = '',
        public readonly bool $inParts = false,
    ) {
    }
}
