<?php

declare(strict_types=1);

namespace CronNext;

/** Why an expression is not a cron expression. */
enum Reason: string
{
    case FieldCount = 'field-count';
    case Syntax = 'syntax';
    case Value = 'value';
    case Range = 'range';
    case Step = 'step';
}
