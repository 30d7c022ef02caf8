<?php

declare(strict_types=1);

namespace DependencyOrder;

/** The targets have no build order. */
abstract class OrderException extends \RuntimeException
{
}
