<?php

declare(strict_types=1);

namespace ChildSupervisor;

require_once __DIR__ . '/Child.php';
require_once __DIR__ . '/Options.php';
require_once __DIR__ . '/State.php';

/** Keeps one command running: starts it again when it fails, with growing delays. Driven by the loop of its owner. */
final class Supervisor
{
    /** @var non-empty-list<string> */
    private readonly array $command;

    /** @var \Closure(): int */
    private readonly \Closure $clock;

    private State $state = State::Waiting;
    private ?Child $child = null;
    private ?Run $lastRun = null;
    private int $starts = 0;
    private int $restarts = 0;
    private int $failedAt;
    private int $delay = 0;
    private int $startedAt = 0;
    private int $stoppedAt = 0;

    /**
     * @param list<string> $command the program and its arguments
     * @param ?callable(): int $clock milliseconds since some moment; by default the monotonic clock
     *
     * @throws \InvalidArgumentException
     */
    public function __construct(array $command, private readonly Options $options, ?callable $clock = null)
    {
        if ($command === [] || $command[0] === '') {
            throw new \InvalidArgumentException('no program name');
        }
        if (str_contains(implode('', $command), "\0")) {
            throw new \InvalidArgumentException('an argument with a zero byte');
        }
        $this->command = $command;
        $this->clock = ($clock ?? static fn (): int => intdiv(hrtime(true), 1_000_000))(...);
        $this->failedAt = ($this->clock)();
    }

    public function __destruct()
    {
        $this->close();
    }

    /**
     * Does what is due, without waiting.
     *
     * @throws StartException
     */
    public function step(): State
    {
        $now = ($this->clock)();
        if ($this->state === State::Waiting) {
            $this->startIfDue($now);
        } elseif ($this->child !== null) {
            $this->watch($this->child, $now);
        }

        return $this->state;
    }

    /** Asks the child to end with SIGTERM. */
    public function stop(): State
    {
        if ($this->state === State::Waiting) {
            $this->state = State::Stopped;
        } elseif ($this->state === State::Running) {
            $this->child->terminate();
            $this->stoppedAt = ($this->clock)();
            $this->state = State::Stopping;
        }

        return $this->state;
    }

    /** Kills a child that still runs and waits for it; may be called again. */
    public function close(): void
    {
        if ($this->child !== null) {
            $this->child->close();
            $this->child = null;
            $this->state = State::Stopped;
        }
        $this->stop();
    }

    public function state(): State
    {
        return $this->state;
    }

    /** How often a child was started. */
    public function starts(): int
    {
        return $this->starts;
    }

    /** The process id of the present child. */
    public function pid(): ?int
    {
        return $this->child?->pid;
    }

    /** The last child that has ended by itself or after a stop. */
    public function lastRun(): ?Run
    {
        return $this->lastRun;
    }

    private function startIfDue(int $now): void
    {
        if ($now - $this->failedAt < $this->delay) {
            return;
        }
        $this->state = State::StartFailed;
        $this->child = new Child($this->command, $this->options->outputLimit);
        $this->state = State::Running;
        $this->startedAt = $now;
        $this->starts++;
    }

    private function watch(Child $child, int $now): void
    {
        $run = $child->look();
        if ($run !== null) {
            $this->lastRun = $run;
            $this->child = null;
            $this->finish($run, $now);
        } elseif ($this->state === State::Stopping && $now - $this->stoppedAt >= $this->options->graceMs) {
            $child->kill();
        }
    }

    private function finish(Run $run, int $now): void
    {
        if ($this->state === State::Stopping) {
            $this->state = State::Stopped;
        } elseif ($run->exitCode === 0) {
            $this->state = State::Succeeded;
        } else {
            $this->planRestart($now);
        }
    }

    private function planRestart(int $now): void
    {
        if ($now - $this->startedAt >= $this->options->healthyMs) {
            $this->restarts = 0;
        }
        if ($this->restarts === $this->options->maxRestarts) {
            $this->state = State::GaveUp;

            return;
        }
        $this->failedAt = $now;
        $this->delay = $this->backoff();
        $this->restarts++;
        $this->state = State::Waiting;
    }

    /** Beyond the integers the product is a float, which min() compares all the same. */
    private function backoff(): int
    {
        $delay = $this->restarts === 0 ? $this->options->baseDelayMs : $this->delay * 2;

        return min($this->options->maxDelayMs, $delay);
    }
}
