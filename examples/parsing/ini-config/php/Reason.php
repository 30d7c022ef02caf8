<?php

declare(strict_types=1);

namespace IniConfig;

/** What is wrong with a line. */
enum Reason: string
{
    case BadSection = 'bad-section';
    case MissingEquals = 'missing-equals';
    case BadKey = 'bad-key';
    case BadEscape = 'bad-escape';
    case Unterminated = 'unterminated';
    case TrailingText = 'trailing-text';
    case DuplicateKey = 'duplicate-key';
}
