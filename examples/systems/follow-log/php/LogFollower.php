<?php

declare(strict_types=1);

namespace FollowLog;

require_once __DIR__ . '/NotRegularException.php';
require_once __DIR__ . '/Position.php';

/** Follows a growing log file by polling, across rotation and truncation. */
final class LogFollower
{
    private const CHUNK_SIZE = 65_536;

    /** @var \Closure(string, bool): void */
    private readonly \Closure $onLine;

    /** @var ?resource */
    private $file = null;

    /** What may be delivered of the unfinished line. */
    private string $line = '';

    /** How many bytes of the unfinished line were read. */
    private int $seen = 0;

    private int $delivered;

    /**
     * @param int $maxLineLength in bytes
     * @param callable(string, bool): void $onLine gets a line without its LF, and whether it was truncated
     * @param ?Position $position where to go on
     *
     * @throws \InvalidArgumentException
     */
    public function __construct(
        private readonly string $path,
        private readonly int $maxLineLength,
        callable $onLine,
        private ?Position $position = null,
    ) {
        if ($path === '' || str_contains($path, "\0")) {
            throw new \InvalidArgumentException('invalid path');
        }
        if ($maxLineLength < 1) {
            throw new \InvalidArgumentException('maxLineLength must be positive');
        }
        $this->onLine = $onLine(...);
    }

    /** The position of the first line that was not delivered, null if there is none yet. */
    public function position(): ?Position
    {
        return $this->position;
    }

    /**
     * Delivers the lines that are there and returns their number. If the callback throws, the next poll begins with the
     * line for which it did.
     *
     * @throws NotRegularException
     * @throws \RuntimeException if the file cannot be opened
     */
    public function poll(): int
    {
        $this->delivered = 0;
        clearstatcache();
        $found = @stat($this->path);
        if ($found !== false && !is_file($this->path)) {
            throw new NotRegularException("$this->path is not a regular file");
        }
        if ($found !== false && $this->file === null) {
            $this->open();
        }
        if ($this->file !== null) {
            $this->readToEnd();
            if ($found !== false && !$this->position->isIn($found)) {
                $this->moveToNewFile();
            }
        }

        return $this->delivered;
    }

    /** Closes the file; may be called again. A later poll opens the file at the path and goes on. */
    public function close(): void
    {
        if ($this->file !== null) {
            fclose($this->file);
            $this->file = null;
        }
    }

    private function open(): void
    {
        $file = @fopen($this->path, 'rb');
        if ($file === false) {
            throw new \RuntimeException("cannot open $this->path");
        }
        $this->file = $file;
        $status = fstat($file);
        if ($this->position === null || !$this->position->isIn($status)) {
            $this->begin($status);
        }
    }

    private function begin(array $status): void
    {
        $this->position = Position::atBeginning($status);
        $this->forgetUnfinishedLine();
    }

    private function moveToNewFile(): void
    {
        if ($this->seen > 0) {
            $this->deliver(0);
        }
        $this->close();
        $this->open();
        $this->readToEnd();
    }

    private function readToEnd(): void
    {
        $status = fstat($this->file);
        if ($status['size'] < $this->position->offset + $this->seen) {
            $this->begin($status);
        }
        fseek($this->file, $this->position->offset + $this->seen);
        while (($chunk = (string) fread($this->file, self::CHUNK_SIZE)) !== '') {
            $parts = explode("\n", $chunk);
            $last = array_pop($parts);
            foreach ($parts as $part) {
                $this->keep($part);
                $this->deliver(1);
            }
            $this->keep($last);
        }
    }

    private function keep(string $part): void
    {
        $this->line .= substr($part, 0, $this->maxLineLength - strlen($this->line));
        $this->seen += strlen($part);
    }

    /** The line is forgotten before the call, so that it is read again if the callback throws. */
    private function deliver(int $endLength): void
    {
        [$line, $size] = [$this->line, $this->seen];
        $this->forgetUnfinishedLine();
        ($this->onLine)($line, strlen($line) < $size);
        $this->position = $this->position->after($size + $endLength);
        $this->delivered++;
    }

    private function forgetUnfinishedLine(): void
    {
        $this->line = '';
        $this->seen = 0;
    }
}
