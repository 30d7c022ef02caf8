<?php

declare(strict_types=1);

namespace ChildSupervisor;

/** The numbers of a supervisor; times in milliseconds. */
final class Options
{
    /**
     * @param int $maxRestarts in a row
     * @param int $healthyMs above 0
     * @param int $outputLimit bytes kept of the end of the output
     *
     * @throws \InvalidArgumentException
     */
    public function __construct(
        public readonly int $maxRestarts = 0,
        public readonly int $baseDelayMs = 1_000,
        public readonly int $maxDelayMs = 60_000,
        public readonly int $healthyMs = 60_000,
        public readonly int $graceMs = 10_000,
        public readonly int $outputLimit = 65_536,
    ) {
        if (min($maxRestarts, $baseDelayMs, $maxDelayMs, $healthyMs - 1, $graceMs, $outputLimit) < 0) {
            throw new \InvalidArgumentException('a number is too small');
        }
    }
}
