<?php

declare(strict_types=1);

namespace ChildSupervisor;

/** How a child ended. */
final class Run
{
    /**
     * @param ?int $exitCode null if a signal ended it
     * @param ?int $signal null if it exited
     * @param string $output the last bytes of standard output and standard error
     * @param bool $truncated whether there was more output
     */
    public function __construct(
        public readonly ?int $exitCode,
        public readonly ?int $signal,
        public readonly string $output,
        public readonly bool $truncated,
    ) {
    }
}
