<?php

declare(strict_types=1);

namespace SessionizeEvents;

/** The sessionizer takes no more calls. */
final class FinishedException extends \RuntimeException
{
    public function __construct()
    {
        parent::__construct('the sessionizer is finished');
    }
}
