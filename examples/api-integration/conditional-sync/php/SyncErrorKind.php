<?php

declare(strict_types=1);

namespace ConditionalSync;

/** Why a run failed. */
enum SyncErrorKind: string
{
    case Status = 'status';
    case Unavailable = 'unavailable';
    case Size = 'size';
    case Json = 'json';
    case Link = 'link';
    case Origin = 'origin';
    case Loop = 'loop';
    case Pages = 'pages';
    case Connection = 'connection';
}
