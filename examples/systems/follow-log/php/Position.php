<?php

declare(strict_types=1);

namespace FollowLog;

/** A place in a file that is known by device and inode. */
final class Position
{
    /**
     * @param int $offset in bytes, of the first line that was not delivered
     *
     * @throws \InvalidArgumentException
     */
    public function __construct(
        public readonly int $device,
        public readonly int $inode,
        public readonly int $offset,
    ) {
        if ($offset < 0) {
            throw new \InvalidArgumentException('negative offset');
        }
    }

    /** @param array $status of stat or fstat */
    public static function atBeginning(array $status): self
    {
        return new self($status['dev'], $status['ino'], 0);
    }

    /** @param array $status of stat or fstat */
    public function isIn(array $status): bool
    {
        return $this->device === $status['dev'] && $this->inode === $status['ino'];
    }

    public function after(int $size): self
    {
        return new self($this->device, $this->inode, $this->offset + $size);
    }
}
