<?php

declare(strict_types=1);

namespace EventStream;

/** The parser was fed after an error. */
final class ClosedException extends \LogicException
{
}
