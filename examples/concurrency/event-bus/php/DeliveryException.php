<?php

declare(strict_types=1);

namespace EventBus;

/** Listeners have failed; the previous exception is what the first of them threw. */
final class DeliveryException extends \RuntimeException
{
    /** @param non-empty-list<Failure> $failures in the order in which they happened */
    public function __construct(public readonly array $failures)
    {
        parent::__construct(count($failures) . ' listener call(s) failed', 0, $failures[0]->error);
    }
}
