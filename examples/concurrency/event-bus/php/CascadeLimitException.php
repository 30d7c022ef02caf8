<?php

declare(strict_types=1);

namespace EventBus;

/** Listeners have published too many events in answer to one. */
final class CascadeLimitException extends \RuntimeException
{
    public function __construct(int $limit)
    {
        parent::__construct("more than $limit events in one cascade");
    }
}
