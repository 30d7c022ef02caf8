<?php

declare(strict_types=1);

namespace JsonPatch;

/**
 * The reason for a PatchException, where the index is not known.
 *
 * @internal
 */
final class Failure extends \RuntimeException
{
    public function __construct(public readonly Reason $reason)
    {
        parent::__construct($reason->value);
    }
}
