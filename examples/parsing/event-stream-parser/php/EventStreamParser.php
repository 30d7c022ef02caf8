<?php

declare(strict_types=1);

namespace EventStream;

require_once __DIR__ . '/ClosedException.php';
require_once __DIR__ . '/StreamEvent.php';
require_once __DIR__ . '/TooLargeException.php';

/** A push parser for text/event-stream. */
final class EventStreamParser
{
    private const BYTE_ORDER_MARK = "\u{feff}";

    private bool $closed = false;
    private bool $firstLine = true;
    private bool $afterCr = false;
    private string $line = '';
    private string $type = '';
    private ?string $data = null;
    private string $lastId = '';

    /**
     * @param int $limit of a line and of the data of an event, in bytes
     * @param \Closure(StreamEvent): void $onEvent
     * @param \Closure(int): void $onRetry gets milliseconds
     * @throws \InvalidArgumentException if the limit is below 1
     */
    public function __construct(
        private readonly int $limit,
        private readonly \Closure $onEvent,
        private readonly \Closure $onRetry,
    ) {
        if ($limit < 1) {
            throw new \InvalidArgumentException("limit is $limit, less than 1");
        }
    }

    /**
     * Takes the next bytes and calls the handlers for what they complete.
     *
     * @throws TooLargeException|ClosedException
     */
    public function feed(string $chunk): void
    {
        if ($this->closed) {
            throw new ClosedException('parser is closed');
        }
        for ($start = 0, $size = strlen($chunk); $start < $size;) {
            $length = strcspn($chunk, "\r\n", $start);
            if ($length > 0) {
                $this->afterCr = false;
                $this->line .= substr($chunk, $start, $length);
                $this->requireLimit('line', $this->line);
            }
            $start += $length;
            if ($start < $size) {
                $this->takeEnd($chunk[$start++]);
            }
        }
    }

    private function takeEnd(string $byte): void
    {
        $afterCr = $this->afterCr;
        $this->afterCr = $byte === "\r";
        if ($byte === "\n" && $afterCr) {
            return;
        }
        $line = $this->line;
        $this->line = '';
        if ($this->firstLine && str_starts_with($line, self::BYTE_ORDER_MARK)) {
            $line = substr($line, strlen(self::BYTE_ORDER_MARK));
        }
        $this->firstLine = false;
        if ($line === '') {
            $this->endEvent();
        } else {
            $this->takeLine($line);
        }
    }

    private function takeLine(string $line): void
    {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        if (str_starts_with($value, ' ')) {
            $value = substr($value, 1);
        }
        switch ($name) { // that of a comment is empty
            case 'data':
                $this->data .= $this->data === null ? $value : "\n$value"; // in place, however many lines
                $this->requireLimit('data', $this->data);
                break;
            case 'event':
                $this->type = $value;
                break;
            case 'id':
                $this->lastId = str_contains($value, "\0") ? $this->lastId : $value;
                break;
            case 'retry':
                if (preg_match('/^[0-9]{1,9}\z/', $value) === 1) {
                    ($this->onRetry)((int) $value);
                }
                break;
        }
    }

    private function endEvent(): void
    {
        $event = new StreamEvent($this->type === '' ? 'message' : $this->type, $this->data ?? '', $this->lastId);
        $hasData = $this->data !== null;
        $this->type = '';
        $this->data = null;
        if ($hasData) {
            ($this->onEvent)($event);
        }
    }

    private function requireLimit(string $what, string $text): void
    {
        if (strlen($text) > $this->limit) {
            $this->closed = true;
            throw new TooLargeException("$what is longer than $this->limit bytes");
        }
    }
}
