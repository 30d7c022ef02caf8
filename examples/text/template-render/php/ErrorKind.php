<?php

declare(strict_types=1);

namespace TemplateRender;

/** What is wrong with a template or its rendering. */
enum ErrorKind: string
{
    case Syntax = 'syntax';
    case UnknownFilter = 'unknown-filter';
    case Missing = 'missing';
    case Type = 'type';
    case FilterFailed = 'filter-failed';
}
