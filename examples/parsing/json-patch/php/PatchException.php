<?php

declare(strict_types=1);

namespace JsonPatch;

/** An operation of a patch cannot be applied. */
final class PatchException extends \RuntimeException
{
    /** @param int $operation its index in the patch, from 0 */
    public function __construct(public readonly int $operation, public readonly Reason $reason)
    {
        parent::__construct("operation $operation: $reason->value");
    }
}
