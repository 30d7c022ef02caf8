<?php

declare(strict_types=1);

namespace LedgerReconcile;

/** How lines and entries are matched. */
enum Step: string
{
    case Reference = 'reference';
    case Parts = 'parts';
    case Date = 'date';
}
