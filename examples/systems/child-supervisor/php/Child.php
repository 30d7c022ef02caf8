<?php

declare(strict_types=1);

namespace ChildSupervisor;

require_once __DIR__ . '/Run.php';
require_once __DIR__ . '/StartException.php';

/** A started process and its output. */
final class Child
{
    private const PIPE_CAPACITY = 65_536;

    /** Where execvp looks if the environment has no PATH. */
    private const DEFAULT_PATH = '/bin:/usr/bin';

    /** @var resource */
    private $process;

    /** @var resource */
    private $pipe;

    private string $output = '';
    private bool $truncated = false;

    /** What proc_get_status said last; it tells the exit code only once. */
    private array $status;

    public readonly int $pid;

    /**
     * @param non-empty-list<string> $command
     *
     * @throws StartException
     */
    public function __construct(array $command, private readonly int $outputLimit)
    {
        if (!self::canStart($command[0])) {
            throw new StartException("cannot start $command[0]");
        }
        $streams = [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]];
        $process = @proc_open($command, $streams, $pipes);
        if ($process === false) {
            throw new StartException("cannot start $command[0]");
        }
        $this->process = $process;
        $this->pipe = $pipes[1];
        stream_set_blocking($this->pipe, false);
        $this->status = proc_get_status($process);
        $this->pid = $this->status['pid'];
    }

    public function terminate(): void
    {
        $this->signal(15);
    }

    public function kill(): void
    {
        $this->signal(9);
    }

    /** Reads output; the run if the child has ended. */
    public function look(): ?Run
    {
        if ($this->status['running']) {
            $this->status = proc_get_status($this->process);
        }
        $this->collectOutput();
        if ($this->status['running']) {
            return null;
        }
        proc_close($this->process);
        $signal = $this->status['signaled'] ? $this->status['termsig'] : null;
        $exitCode = $signal === null ? $this->status['exitcode'] : null;

        return new Run($exitCode, $signal, $this->output, $this->truncated);
    }

    /** Kills the child, waits for it and closes its pipe. */
    public function close(): void
    {
        $this->kill();
        proc_close($this->process);
    }

    /** Once it has been waited for, its process id may belong to another process. */
    private function signal(int $number): void
    {
        if ($this->status['running']) {
            proc_terminate($this->process, $number);
        }
    }

    /** The child that proc_open forks can only report a failure as its exit code 127, so it is looked for before. */
    private static function canStart(string $program): bool
    {
        $path = getenv('PATH');
        $folders = str_contains($program, '/') ? [''] : explode(':', $path === false ? self::DEFAULT_PATH : $path);
        clearstatcache();
        foreach ($folders as $folder) {
            $file = $folder === '' ? $program : "$folder/$program";
            if (is_file($file) && is_executable($file)) {
                return true;
            }
        }

        return false;
    }

    /** One read takes all that a pipe holds, so a child that writes without end can't keep a step from returning. */
    private function collectOutput(): void
    {
        $this->output .= (string) stream_get_contents($this->pipe, self::PIPE_CAPACITY);
        $excess = strlen($this->output) - $this->outputLimit;
        if ($excess > 0) {
            $this->output = substr($this->output, $excess);
            $this->truncated = true;
        }
    }
}
