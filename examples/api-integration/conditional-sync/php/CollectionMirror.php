<?php

declare(strict_types=1);

namespace ConditionalSync;

require_once __DIR__ . '/LinkHeader.php';
require_once __DIR__ . '/Page.php';
require_once __DIR__ . '/SyncException.php';

/** Mirrors a paginated collection and fetches only pages that have changed. */
final class CollectionMirror
{
    private const RETRIED = [429, 503];
    private const DEFAULT_WAIT = 1;
    private const DEFAULT_PORTS = ['http' => 80, 'https' => 443];
    /** What begins like an allowed reference and has only characters of URIs. */
    private const REFERENCE = '{^(?:[a-z][a-z0-9+.-]*:|[/?])[\w\-.~:/?#\[\]@!$&\'()*+,;=%]*$}Di';

    private readonly \Closure $sleep;
    /** @var array<string, Page> by URL */
    private array $remembered = [];

    /**
     * @param int $maxRetries of one page
     * @param int $maxWait in seconds
     * @param float $timeout in seconds
     * @param ?callable(int): mixed $sleep sleeps for so many seconds; `sleep` if null
     */
    public function __construct(
        private readonly string $firstUrl,
        private readonly int $maxPages = 100,
        private readonly int $maxBodyBytes = 1 << 20,
        private readonly int $maxRetries = 3,
        private readonly int $maxWait = 60,
        private readonly float $timeout = 10.0,
        ?callable $sleep = null,
    ) {
        $this->sleep = ($sleep ?? 'sleep')(...);
    }

    /**
     * Fetches all pages and returns their items, each id once.
     *
     * @return list<Item>
     *
     * @throws SyncException if the collection could not be read as a whole
     */
    public function sync(): array
    {
        $pages = [];
        $items = [];
        $url = $this->firstUrl;
        while ($url !== null) {
            if (isset($pages[$url])) {
                throw new SyncException(SyncErrorKind::Loop, $url);
            }
            if (count($pages) >= $this->maxPages) {
                throw new SyncException(SyncErrorKind::Pages, $url);
            }
            $page = $this->fetch($url, $this->remembered[$url] ?? null);
            $pages[$url] = $page;
            foreach ($page->items as $item) {
                $items[$item->id] ??= $item;
            }
            $url = $page->nextReference === null ? null : $this->resolve($page->nextReference, $url);
        }
        $this->remembered = $pages;

        return array_values($items);
    }

    private function fetch(string $url, ?Page $known): Page
    {
        for ($retries = 0;; $retries++) {
            [$stream, $status, $lines] = $this->request($url, $known?->etag);
            try {
                if ($status === 200) {
                    return $this->read($stream, $lines, $url);
                }
            } finally {
                fclose($stream);
            }
            if ($status === 304 && $known?->etag !== null) {
                return $known;
            }
            if (!in_array($status, self::RETRIED, true)) {
                throw new SyncException(SyncErrorKind::Status, $url, $status);
            }
            $wait = self::waitOf(self::header($lines, 'Retry-After'));
            if ($retries === $this->maxRetries || $wait > $this->maxWait) {
                throw new SyncException(SyncErrorKind::Unavailable, $url, $status);
            }
            ($this->sleep)($wait);
        }
    }

    /** @return array{resource, int, list<string>} the body, the status and the lines of the headers */
    private function request(string $url, ?string $etag): array
    {
        $headers = ['Accept: application/json', ...($etag === null ? [] : ["If-None-Match: $etag"])];
        $options = ['header' => $headers, 'follow_location' => 0, 'ignore_errors' => true, 'timeout' => $this->timeout];
        $stream = @fopen($url, 'rb', false, stream_context_create(['http' => $options]));
        if ($stream === false) {
            throw new SyncException(SyncErrorKind::Connection, $url);
        }
        $lines = stream_get_meta_data($stream)['wrapper_data'];
        if (preg_match('~^HTTP/\S+ (\d{3})~', $lines[0], $match) !== 1) {
            throw new SyncException(SyncErrorKind::Connection, $url);
        }

        return [$stream, (int) $match[1], $lines];
    }

    /**
     * @param resource $stream
     * @param list<string> $lines
     */
    private function read($stream, array $lines, string $url): Page
    {
        $body = stream_get_contents($stream, $this->maxBodyBytes + 1);
        if (strlen($body) > $this->maxBodyBytes) {
            throw new SyncException(SyncErrorKind::Size, $url, 200);
        }
        $isShort = strlen($body) < (int) self::header($lines, 'Content-Length');
        if ($isShort || stream_get_meta_data($stream)['timed_out']) {
            throw new SyncException(SyncErrorKind::Connection, $url);
        }
        try {
            $items = self::parse($body);
        } catch (\JsonException | \UnexpectedValueException $e) {
            throw new SyncException(SyncErrorKind::Json, $url, 200, $e);
        }
        try {
            $next = LinkHeader::nextReference(self::header($lines, 'Link') ?? '');
        } catch (\UnexpectedValueException $e) {
            throw new SyncException(SyncErrorKind::Link, $url, previous: $e);
        }

        return new Page($items, $next, self::header($lines, 'ETag'));
    }

    /** @return list<Item> */
    private static function parse(string $json): array
    {
        $objects = json_decode($json, flags: JSON_THROW_ON_ERROR);
        if (!is_array($objects)) {
            throw new \UnexpectedValueException('not an array');
        }

        return array_map(static function (mixed $object): Item {
            [$id, $name] = [$object->id ?? null, $object->name ?? null];
            if (!is_string($id) || !is_string($name)) {
                throw new \UnexpectedValueException('not an item');
            }

            return new Item($id, $name);
        }, $objects);
    }

    private function resolve(string $reference, string $page): string
    {
        if (preg_match(self::REFERENCE, $reference) !== 1) {
            throw new SyncException(SyncErrorKind::Link, $page);
        }
        preg_match('~^([^:]+:)(//[^/?]*)([^?]*)~', $page, $base);
        [, $scheme, $authority, $path] = $base;
        $url = match (true) {
            str_starts_with($reference, '//') => $scheme . $reference,
            str_starts_with($reference, '/') => $scheme . $authority . $reference,
            str_starts_with($reference, '?') => $scheme . $authority . $path . $reference,
            default => $reference,
        };
        $parts = parse_url($url) ?: [];
        $hasUser = isset($parts['user']) || isset($parts['pass']);
        if ($hasUser || self::origin($parts) !== self::origin(parse_url($this->firstUrl))) {
            throw new SyncException(SyncErrorKind::Origin, $page);
        }

        return strtok($url, '#');
    }

    /**
     * @param array<string, string|int> $parts of a URL
     *
     * @return array{string, string, ?int}
     */
    private static function origin(array $parts): array
    {
        $scheme = strtolower($parts['scheme'] ?? '');

        return [$scheme, strtolower($parts['host'] ?? ''), $parts['port'] ?? self::DEFAULT_PORTS[$scheme] ?? null];
    }

    /**
     * Returns the values of all fields of this name, joined by commas, or null if there is none.
     *
     * @param list<string> $lines
     */
    private static function header(array $lines, string $name): ?string
    {
        $fields = array_filter($lines, static fn (string $line): bool => stripos($line, "$name:") === 0);
        $values = array_map(static fn (string $line): string => trim(substr($line, strlen($name) + 1)), $fields);

        return $values === [] ? null : implode(',', $values);
    }

    private static function waitOf(?string $retryAfter): int
    {
        if (preg_match('/^[0-9]+$/D', $retryAfter ?? '') !== 1) {
            return self::DEFAULT_WAIT;
        }

        return (int) min((float) $retryAfter, PHP_INT_MAX); // hundreds of digits are infinite, which as int would be 0
    }
}
