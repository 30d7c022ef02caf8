<?php

declare(strict_types=1);

namespace CronNext;

require_once __DIR__ . '/Reason.php';

/** Says why an expression is not a cron expression, and in which item of which field. */
final class CronException extends \InvalidArgumentException
{
    public function __construct(
        public readonly Reason $reason,
        public readonly ?string $field = null,
        public readonly string $item = '',
    ) {
        parent::__construct($field === null ? $reason->value : "{$reason->value}: '$item' in $field");
    }
}
