<?php

declare(strict_types=1);

namespace DependencyOrder;

require_once __DIR__ . '/OrderException.php';

/** A target depends on a name that is declared nowhere. */
final class UnknownTargetException extends OrderException
{
    public function __construct(
        public readonly string $target,
        public readonly string $dependency,
    ) {
        parent::__construct("target \"$target\" depends on the unknown target \"$dependency\"");
    }
}
