<?php

declare(strict_types=1);

namespace ResumableUpload;

require_once __DIR__ . '/UploadException.php';

/** The state of one run of an uploader. */
final class Upload
{
    private const LONGEST_WAIT = 30;
    private const GONE = [404, 410];

    private readonly int $size;
    /** @var array{int, int} */
    private readonly array $identity;
    private int $offset = 0;
    private int $failures = 0;

    /** @param resource $file */
    public function __construct(private readonly Uploader $settings, private $file, private ?string $url)
    {
        $this->identity = $this->identity();
        $this->size = $this->identity[0];
    }

    /** Uploads what is missing and returns the URL. */
    public function run(): string
    {
        if ($this->url === null) {
            $this->url = $this->create();
        } else {
            $this->offset = $this->ask();
        }
        ($this->settings->onProgress)($this->offset, $this->size);
        while ($this->offset < $this->size) {
            $offset = $this->send();
            if ($offset > $this->offset) {
                $this->offset = $offset;
                $this->failures = 0;
                ($this->settings->onProgress)($offset, $this->size);
            }
        }
        $this->checkFile();

        return $this->url;
    }

    private function create(): string
    {
        $headers = ["Upload-Length: {$this->size}"];
        while (true) {
            [$status, $fields] = $this->request('POST', $this->settings->endpoint, $headers);
            if ($status === 201) {
                $location = $fields['location'] ?? '';
                if (preg_match('~^/(?!/)[!-\[\]-\~]*$~D', $location) !== 1) {
                    $this->fail(UploadErrorKind::Protocol, $status);
                }
                preg_match('~^[^/]+//[^/?]*~', $this->settings->endpoint, $origin);

                return $origin[0] . $location;
            }
            $this->pause($status);
        }
    }

    private function ask(): int
    {
        while (true) {
            [$status, $fields] = $this->request('HEAD', $this->url, []);
            if ($status === 200) {
                $offset = $this->number($fields, 'upload-offset', $status);
                if ($this->number($fields, 'upload-length', $status) !== $this->size) {
                    $this->fail(UploadErrorKind::Changed, $status);
                }

                return $this->checked($offset, $this->size, $status);
            }
            $this->pause($status, gone: self::GONE);
        }
    }

    /** Sends a chunk and returns the offset that the server has afterwards. */
    private function send(): int
    {
        $this->checkFile();
        $length = min($this->settings->chunkSize, $this->size - $this->offset);
        $chunk = (string) @stream_get_contents($this->file, $length, $this->offset);
        if (strlen($chunk) < $length) {
            throw new \RuntimeException('cannot read the file');
        }
        $headers = [
            "Upload-Offset: {$this->offset}",
            'Content-Type: application/offset+octet-stream',
            'Upload-Checksum: sha-256 ' . hash('sha256', $chunk),
        ];
        [$status, $fields] = $this->request('PATCH', $this->url, $headers, $chunk);
        if ($status === 204) {
            $offset = $this->number($fields, 'upload-offset', $status);
            if ($offset === $this->offset) {
                $this->fail(UploadErrorKind::Protocol, $status);
            }

            return $this->checked($offset, $this->offset + strlen($chunk), $status);
        }
        $this->pause($status, [409, 422], self::GONE);

        return $this->ask();
    }

    /**
     * Waits before the next attempt, if there may be one.
     *
     * @param list<int> $again
     * @param list<int> $gone
     */
    private function pause(?int $status, array $again = [], array $gone = []): void
    {
        if (in_array($status, $gone, true)) {
            $this->fail(UploadErrorKind::Gone, $status);
        }
        $isServerError = $status >= 500 && $status <= 599;
        if ($status !== null && !$isServerError && !in_array($status, $again, true)) {
            $this->fail(UploadErrorKind::Rejected, $status);
        }
        if ($this->failures === $this->settings->maxFailures) {
            $this->fail(UploadErrorKind::Retries, $status);
        }
        ($this->settings->sleep)(min(2 ** $this->failures, self::LONGEST_WAIT));
        $this->failures++;
    }

    /**
     * @param list<string> $headers
     *
     * @return array{?int, array<string, string>} status and headers of the response; the status is null if there is none
     */
    private function request(string $method, string $url, array $headers, string $body = ''): array
    {
        $context = stream_context_create(['http' => [
            'method' => $method,
            'header' => [...$headers, ...($method === 'POST' ? ['Content-Type: application/octet-stream'] : [])],
            'content' => $body,
            'follow_location' => 0,
            'ignore_errors' => true,
            'timeout' => $this->settings->timeout,
        ]]);
        $stream = @fopen($url, 'rb', false, $context);
        if ($stream === false) {
            return [null, []];
        }
        $lines = stream_get_meta_data($stream)['wrapper_data'];
        fclose($stream);
        if (preg_match('~^HTTP/\S+ (\d{3})~', array_shift($lines), $match) !== 1) {
            return [null, []];
        }
        $fields = [];
        foreach ($lines as $line) {
            [$name, $value] = explode(':', $line, 2) + [1 => ''];
            $fields[strtolower($name)] = trim($value);
        }

        return [(int) $match[1], $fields];
    }

    /** @param array<string, string> $fields */
    private function number(array $fields, string $name, int $status): int
    {
        $text = $fields[$name] ?? '';
        if (preg_match('/^[0-9]{1,18}$/D', $text) !== 1) {
            $this->fail(UploadErrorKind::Protocol, $status);
        }

        return (int) $text;
    }

    private function checked(int $offset, int $most, int $status): int
    {
        if ($offset < $this->offset) {
            $this->fail(UploadErrorKind::Backwards, $status);
        }
        if ($offset > $most) {
            $this->fail(UploadErrorKind::Protocol, $status);
        }

        return $offset;
    }

    private function checkFile(): void
    {
        if ($this->identity() !== $this->identity) {
            $this->fail(UploadErrorKind::Changed);
        }
    }

    /** @return array{int, int} size and time of modification */
    private function identity(): array
    {
        ['size' => $size, 'mtime' => $modified] = fstat($this->file);

        return [$size, $modified];
    }

    private function fail(UploadErrorKind $kind, ?int $status = null): never
    {
        throw new UploadException($kind, $this->url, $this->offset, $status);
    }
}
