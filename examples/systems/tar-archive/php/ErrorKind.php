<?php

declare(strict_types=1);

namespace TarArchive;

enum ErrorKind: string
{
    case Truncated = 'truncated';
    case Malformed = 'malformed';
    case Unsupported = 'unsupported';
    case Unsafe = 'unsafe';
    case Limit = 'limit';
    case Conflict = 'conflict';
    case TooLong = 'too long';
}
