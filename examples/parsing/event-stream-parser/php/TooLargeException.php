<?php

declare(strict_types=1);

namespace EventStream;

/** A line or the data of an event is longer than the limit. */
final class TooLargeException extends \RuntimeException
{
}
