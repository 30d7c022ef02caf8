<?php

declare(strict_types=1);

namespace ResumableUpload;

require_once __DIR__ . '/Upload.php';

/** Uploads files in chunks and goes on after dropped connections where the server has got to. */
final class Uploader
{
    public readonly \Closure $sleep;
    public readonly \Closure $onProgress;

    /**
     * @param int $chunkSize in bytes
     * @param int $maxFailures in a row
     * @param float $timeout in seconds, for a response
     * @param ?callable(int): mixed $sleep sleeps for so many seconds; `sleep` if null
     * @param ?callable(int, int): mixed $onProgress gets the confirmed offset and the size
     */
    public function __construct(
        public readonly string $endpoint,
        public readonly int $chunkSize = 1 << 20,
        public readonly int $maxFailures = 5,
        public readonly float $timeout = 10.0,
        ?callable $sleep = null,
        ?callable $onProgress = null,
    ) {
        $this->sleep = ($sleep ?? 'sleep')(...);
        $this->onProgress = ($onProgress ?? static fn (): null => null)(...);
    }

    /**
     * Uploads a file, or the rest of it to an earlier upload, and returns the URL of the upload.
     *
     * @throws UploadException if it did not come to its end
     * @throws \RuntimeException if the file cannot be read
     */
    public function upload(string $path, ?string $url = null): string
    {
        $file = @fopen($path, 'rb');
        if ($file === false) {
            throw new \RuntimeException("cannot open $path");
        }
        try {
            return (new Upload($this, $file, $url))->run();
        } finally {
            fclose($file);
        }
    }
}
