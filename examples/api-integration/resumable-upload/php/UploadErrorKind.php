<?php

declare(strict_types=1);

namespace ResumableUpload;

/** What ended an upload. */
enum UploadErrorKind: string
{
    case Changed = 'changed';
    case Backwards = 'backwards';
    case Gone = 'gone';
    case Retries = 'retries';
    case Rejected = 'rejected';
    case Protocol = 'protocol';
}
