<?php

declare(strict_types=1);

namespace ResumableUpload;

require_once __DIR__ . '/UploadErrorKind.php';

/** An upload did not come to its end; with its URL it may be continued later. */
final class UploadException extends \RuntimeException
{
    /**
     * @param ?string $url of the upload; null if it was not created
     * @param int $offset how many bytes the server has confirmed
     * @param ?int $status of the response at fault, if there was one
     */
    public function __construct(
        public readonly UploadErrorKind $kind,
        public readonly ?string $url,
        public readonly int $offset,
        public readonly ?int $status = null,
    ) {
        $detail = $status === null ? '' : " (status $status)";
        parent::__construct("{$kind->value} at offset $offset of " . ($url ?? 'no upload') . $detail);
    }
}
