<?php

declare(strict_types=1);

namespace DependencyOrder;

require_once __DIR__ . '/OrderException.php';

/** A name is declared twice. */
final class DuplicateTargetException extends OrderException
{
    public function __construct(public readonly string $name)
    {
        parent::__construct("target \"$name\" is declared twice");
    }
}
