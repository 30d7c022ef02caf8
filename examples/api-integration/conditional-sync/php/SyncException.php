<?php

declare(strict_types=1);

namespace ConditionalSync;

require_once __DIR__ . '/SyncErrorKind.php';

/** A run failed; nothing of what the mirror remembers has changed. */
final class SyncException extends \RuntimeException
{
    /** @param ?int $status of the response, for Status, Unavailable, Size and Json */
    public function __construct(
        public readonly SyncErrorKind $kind,
        public readonly string $url,
        public readonly ?int $status = null,
        ?\Throwable $previous = null,
    ) {
        $detail = $status === null ? '' : " (status $status)";
        parent::__construct("{$kind->value} at $url$detail", previous: $previous);
    }
}
