<?php

declare(strict_types=1);

use ChildSupervisor\Options;
use ChildSupervisor\StartException;
use ChildSupervisor\State;
use ChildSupervisor\Supervisor;
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/Supervisor.php';

final class SupervisorTest extends TestCase
{
    private const WAIT_FOR_GO = 'while [ ! -e go ]; do sleep 0.005; done;';
    private const DEFAULTS = ['baseDelayMs' => 0, 'maxDelayMs' => 0, 'healthyMs' => 1000, 'graceMs' => 50, 'outputLimit' => 1000];

    private int $now = 0;
    private string $home = '';
    private string $folder = '';

    protected function setUp(): void
    {
        $this->home = getcwd();
        $this->folder = sys_get_temp_dir() . '/supervisor-' . bin2hex(random_bytes(8));
        mkdir($this->folder);
        chdir($this->folder); // children inherit it
    }

    protected function tearDown(): void
    {
        chdir($this->home);
        array_map('unlink', glob("$this->folder/*"));
        rmdir($this->folder);
    }

    private function make(array $command, int ...$options): Supervisor
    {
        return new Supervisor($command, new Options(...[...self::DEFAULTS, ...$options]), fn (): int => $this->now);
    }

    private function shell(string $script, int ...$options): Supervisor
    {
        return $this->make(['/bin/sh', '-c', $script], ...$options);
    }

    private function eventually(callable $check): void
    {
        for ($i = 0; !$check(); $i++) {
            $this->assertLessThan(2000, $i, 'nothing happens');
            usleep(2000);
        }
    }

    private function waitForFile(string $name): void
    {
        $this->eventually(function () use ($name): bool {
            clearstatcache();

            return file_exists($name);
        });
    }

    /** Steps until the child has ended. */
    private function runChild(Supervisor $supervisor): State
    {
        $supervisor->step();
        $this->eventually(function () use ($supervisor): bool {
            if ($supervisor->pid() !== null) {
                $supervisor->step();
            }

            return $supervisor->pid() === null;
        });

        return $supervisor->state();
    }

    private function runAll(Supervisor $supervisor): State
    {
        for ($i = 0; $i < 100; $i++) {
            $state = $this->runChild($supervisor);
            if ($state !== State::Waiting) {
                return $state;
            }
        }
        $this->fail('no end');
    }

    private function assertExit(int $code, string $output, Supervisor $supervisor, bool $truncated = false): void
    {
        $run = $supervisor->lastRun();
        $this->assertNotNull($run);
        $this->assertSame([$code, null], [$run->exitCode, $run->signal]);
        $this->assertSame($output, $run->output);
        $this->assertSame($truncated, $run->truncated);
    }

    private function assertSignal(int $signal, Supervisor $supervisor): void
    {
        $run = $supervisor->lastRun();
        $this->assertNotNull($run);
        $this->assertSame([null, $signal], [$run->exitCode, $run->signal]);
    }

    private function assertStartFails(Supervisor $supervisor, string $name): void
    {
        try {
            $supervisor->step();
            $this->fail('started');
        } catch (StartException $error) {
            $this->assertStringContainsString($name, $error->getMessage());
        }
        $this->assertSame(State::StartFailed, $supervisor->state());
        $this->assertNull($supervisor->pid());
        $this->assertSame(State::StartFailed, $supervisor->step());
        $this->assertSame(State::StartFailed, $supervisor->stop());
    }

    private function isGone(int $pid): bool
    {
        clearstatcache();

        return !file_exists("/proc/$pid");
    }

    private function countDescriptors(): int
    {
        return count(scandir('/proc/self/fd'));
    }

    public function testProgramGetsItsArgumentsAndSucceeds_R1(): void
    {
        $supervisor = $this->make(['printf', '[%s]', '', 'a b', '$(x)"\'']);
        $this->assertSame(State::Waiting, $supervisor->state());
        $this->assertSame(State::Running, $supervisor->step());
        $this->assertSame(1, $supervisor->starts());
        $this->assertNotNull($supervisor->pid());
        $this->assertNull($supervisor->lastRun());
        $this->assertSame(State::Succeeded, $this->runChild($supervisor));
        $this->assertExit(0, '[][a b][$(x)"\']', $supervisor);
        $this->assertSame(State::Succeeded, $supervisor->step());
        $this->assertSame(1, $supervisor->starts());
    }

    public function testProgramIsFoundWithoutAPath_R1(): void
    {
        $path = getenv('PATH');
        putenv('PATH');
        $supervisor = $this->make(['true']);
        try {
            $this->assertSame(State::Running, $supervisor->step());
        } finally {
            putenv("PATH=$path");
        }
        $this->assertSame(State::Succeeded, $this->runChild($supervisor));
    }

    public function testStandardInputIsEmpty_R1(): void
    {
        $supervisor = $this->shell('cat; echo end');
        $this->assertSame(State::Succeeded, $this->runAll($supervisor));
        $this->assertExit(0, "end\n", $supervisor);
    }

    public function testFailingChildIsRestartedAFewTimes_R2(): void
    {
        $supervisor = $this->shell('echo run; echo run >> runs; exit 3', maxRestarts: 2);
        $this->assertSame(State::Waiting, $this->runChild($supervisor));
        $this->assertExit(3, "run\n", $supervisor);
        $this->assertSame(State::GaveUp, $this->runAll($supervisor));
        $this->assertExit(3, "run\n", $supervisor);
        $this->assertSame(3, $supervisor->starts());
        $this->assertSame(State::GaveUp, $supervisor->step());
        $this->assertSame("run\nrun\nrun\n", file_get_contents('runs'));
    }

    public function testChildEndedByASignalFailed_R2(): void
    {
        $supervisor = $this->shell('kill -9 $$');
        $this->assertSame(State::GaveUp, $this->runAll($supervisor));
        $this->assertSignal(9, $supervisor);
        $this->assertSame(1, $supervisor->starts());
    }

    public function testChildThatRecoversSucceeds_R2(): void
    {
        $supervisor = $this->shell('[ -e done ] && exit 0; : > done; exit 1', maxRestarts: 5);
        $this->assertSame(State::Succeeded, $this->runAll($supervisor));
        $this->assertExit(0, '', $supervisor);
        $this->assertSame(2, $supervisor->starts());
    }

    public function delays(): array
    {
        return [
            'growing' => [100, 350, [100, 200, 350, 350]],
            'exactly the greatest' => [100, 200, [100, 200, 200]],
            'base above the greatest' => [100, 70, [70, 70]],
            'none, for long' => [0, 70, array_fill(0, 70, 0)],
            'beyond the integers' => [PHP_INT_MAX - 10, PHP_INT_MAX - 9, [PHP_INT_MAX - 10, PHP_INT_MAX - 9]],
        ];
    }

    /** @dataProvider delays */
    public function testDelaysGrowUpToTheGreatest_R3(int $base, int $max, array $delays): void
    {
        $supervisor = $this->make(['false'], maxRestarts: count($delays), baseDelayMs: $base, maxDelayMs: $max, healthyMs: PHP_INT_MAX);
        foreach ($delays as $i => $delay) {
            $this->now = 5;
            $this->assertSame(State::Waiting, $this->runChild($supervisor));
            $this->now = $delay + 4;
            $this->assertSame(State::Waiting, $supervisor->step());
            $this->assertSame($i + 1, $supervisor->starts());
            $this->now = $delay + 5;
            $this->assertSame(State::Running, $supervisor->step());
            $this->now = 5;
        }
        $this->assertSame(State::GaveUp, $this->runChild($supervisor));
        $this->assertSame(count($delays) + 1, $supervisor->starts());
    }

    public function testMonotonicClockIsTheDefault_R3(): void
    {
        $start = hrtime(true);
        $supervisor = new Supervisor(['false'], new Options(maxRestarts: 1, baseDelayMs: 3, maxDelayMs: 3));
        $this->assertSame(State::Waiting, $this->runChild($supervisor));
        $this->eventually(fn (): bool => $supervisor->step() !== State::Waiting);
        $this->assertSame(State::GaveUp, $this->runChild($supervisor));
        $this->assertGreaterThanOrEqual(2_000_000, hrtime(true) - $start);
    }

    public function healthyTimes(): array
    {
        return ['a tick less' => [999, State::GaveUp], 'exactly' => [1000, State::Waiting]];
    }

    /** @dataProvider healthyTimes */
    public function testOnlyAChildThatRanForTheHealthyTimeSetsTheCountBack_R3(int $duration, State $state): void
    {
        $script = '[ -e second ] || { : > second; exit 1; }; ' . self::WAIT_FOR_GO . ' exit 2';
        $supervisor = $this->shell($script, maxRestarts: 1, baseDelayMs: 10, maxDelayMs: 500);
        $this->assertSame(State::Waiting, $this->runChild($supervisor));
        $this->now += 10;
        $this->assertSame(State::Running, $supervisor->step());
        $this->now += $duration;
        touch('go');
        $this->assertSame($state, $this->runChild($supervisor));
        $this->assertExit(2, '', $supervisor);
        if ($state === State::Waiting) {
            $this->now += 9;
            $this->assertSame(State::Waiting, $supervisor->step());
            $this->now += 1;
            $this->assertSame(State::Running, $supervisor->step());
            $this->assertSame(State::GaveUp, $this->runChild($supervisor));
        }
    }

    public function testStopLetsTheChildEndItsOwnWay_R4(): void
    {
        foreach ([7, 0] as $code) {
            $script = "trap 'echo bye; exit $code' TERM; : > ready; " . self::WAIT_FOR_GO;
            $supervisor = $this->shell($script, maxRestarts: 3);
            $this->assertSame(State::Running, $supervisor->step());
            $this->waitForFile('ready');
            $this->assertSame(State::Stopping, $supervisor->stop());
            $this->assertSame(State::Stopped, $this->runChild($supervisor));
            $this->assertExit($code, "bye\n", $supervisor);
            $this->assertSame(State::Stopped, $supervisor->step());
            $this->assertSame(1, $supervisor->starts());
            unlink('ready');
        }
    }

    public function testStopIsASigterm_R4(): void
    {
        $supervisor = $this->make(['sleep', '30']);
        $this->assertSame(State::Running, $supervisor->step());
        $this->assertSame(State::Stopping, $supervisor->stop());
        $this->assertSame(State::Stopped, $this->runChild($supervisor));
        $this->assertSignal(15, $supervisor);
    }

    public function testStopWhileWaiting_R4(): void
    {
        $supervisor = $this->make(['false']);
        $this->assertSame(State::Stopped, $supervisor->stop());
        $this->assertSame(State::Stopped, $supervisor->step());
        $this->assertSame(0, $supervisor->starts());
        $this->assertNull($supervisor->lastRun());
        $supervisor = $this->make(['false'], maxRestarts: 3, baseDelayMs: 10, maxDelayMs: 10);
        $this->assertSame(State::Waiting, $this->runChild($supervisor));
        $this->assertSame(State::Stopped, $supervisor->stop());
        $this->now += 10;
        $this->assertSame(State::Stopped, $supervisor->step());
        $this->assertSame(1, $supervisor->starts());
        $this->assertExit(1, '', $supervisor);
    }

    private function startStubborn(): Supervisor
    {
        $supervisor = $this->shell("trap 'echo T >> terms' TERM; : > ready; " . self::WAIT_FOR_GO . ' exit 5');
        $this->assertSame(State::Running, $supervisor->step());
        $this->waitForFile('ready');
        $this->now += 7;
        $this->assertSame(State::Stopping, $supervisor->stop());
        $this->waitForFile('terms');

        return $supervisor;
    }

    public function testNoSigkillATickBeforeTheGraceTimeAndOneSigterm_R5(): void
    {
        $supervisor = $this->startStubborn();
        $this->now += 49;
        for ($i = 0; $i < 5; $i++) {
            $this->assertSame(State::Stopping, $supervisor->step());
        }
        $this->assertSame(State::Stopping, $supervisor->stop());
        touch('go');
        $this->assertSame(State::Stopped, $this->runChild($supervisor));
        $this->assertExit(5, '', $supervisor);
        $this->assertSame("T\n", file_get_contents('terms'));
    }

    public function testSigkillWhenTheGraceTimeHasPassed_R5(): void
    {
        $supervisor = $this->startStubborn();
        $this->now += 49;
        $this->assertSame(State::Stopping, $supervisor->stop());
        $this->now += 1;
        $this->assertSame(State::Stopped, $this->runChild($supervisor));
        $this->assertSignal(9, $supervisor);
    }

    public function testStopInAFinalState_R5(): void
    {
        foreach (['true' => State::Succeeded, 'false' => State::GaveUp] as $program => $state) {
            $supervisor = $this->make([$program]);
            $this->assertSame($state, $this->runAll($supervisor));
            $this->assertSame($state, $supervisor->stop());
            $supervisor->close();
            $this->assertSame($state, $supervisor->state());
        }
    }

    public function testBothStreamsInOrder_R6(): void
    {
        $supervisor = $this->shell("echo out; echo err >&2; printf 'a\\0\\377'");
        $this->assertSame(State::Succeeded, $this->runAll($supervisor));
        $this->assertExit(0, "out\nerr\na\0\xff", $supervisor);
    }

    public function testLastBytesUpToTheLimitAreKept_R6(): void
    {
        $cases = [0 => '', 1 => '9', 4 => '6789', 7 => '3456789', 9 => '123456789', 10 => '0123456789'];
        foreach ($cases as $limit => $output) {
            $script = 'printf 01234; : > ready; ' . self::WAIT_FOR_GO . ' printf 56789';
            $supervisor = $this->shell($script, outputLimit: $limit);
            $this->assertSame(State::Running, $supervisor->step());
            $this->waitForFile('ready');
            $supervisor->step(); // The two halves are read by different steps.
            touch('go');
            $this->assertSame(State::Succeeded, $this->runChild($supervisor));
            $this->assertExit(0, $output, $supervisor, $limit < 10);
            unlink('ready');
            unlink('go');
        }
    }

    public function testNoOutputIsNotMoreThanNothing_R6(): void
    {
        $supervisor = $this->make(['true'], outputLimit: 0);
        $this->assertSame(State::Succeeded, $this->runAll($supervisor));
        $this->assertExit(0, '', $supervisor);
    }

    public function testMoreOutputThanAPipeHolds_R6(): void
    {
        $script = "head -c 1000000 /dev/zero | tr '\\0' x; printf end";
        $supervisor = $this->shell($script, outputLimit: 10);
        $this->assertSame(State::Succeeded, $this->runAll($supervisor));
        $this->assertExit(0, 'xxxxxxxend', $supervisor, true);
        $supervisor = $this->shell($script, outputLimit: PHP_INT_MAX);
        $this->assertSame(State::Succeeded, $this->runAll($supervisor));
        $this->assertSame(1_000_003, strlen($supervisor->lastRun()->output));
    }

    public function testAllThatAPipeHoldsAtTheEnd_R6(): void
    {
        $supervisor = $this->shell("head -c 65536 /dev/zero; : > ready", outputLimit: 100_000);
        $this->assertSame(State::Running, $supervisor->step());
        $this->waitForFile('ready');
        $this->assertSame(State::Succeeded, $this->runChild($supervisor));
        $this->assertSame(65_536, strlen($supervisor->lastRun()->output));
    }

    public function testEachChildBeginsAnew_R6(): void
    {
        $script = '[ -e done ] && exit 0; : > done; printf more; exit 1';
        $supervisor = $this->shell($script, maxRestarts: 1, outputLimit: 3);
        $this->assertSame(State::Waiting, $this->runChild($supervisor));
        $this->assertExit(1, 'ore', $supervisor, true);
        $this->assertSame(State::Succeeded, $this->runAll($supervisor));
        $this->assertExit(0, '', $supervisor);
    }

    public function testProcessLeftBehindIsNotWaitedFor_R6(): void
    {
        $supervisor = $this->shell('sleep 30 & echo $!; exit 4');
        $this->assertSame(State::GaveUp, $this->runAll($supervisor));
        $run = $supervisor->lastRun();
        $this->assertSame(4, $run->exitCode);
        $this->assertGreaterThan(1, (int) $run->output);
        exec('kill -9 ' . (int) $run->output, result_code: $code);
        $this->assertSame(0, $code);
    }

    public function testProgramThatCannotBeStarted_R7(): void
    {
        touch('text');
        mkdir('bin');
        foreach (['./missing', 'no-such-program', './text', './bin'] as $program) {
            $supervisor = $this->make([$program], maxRestarts: 5);
            $this->assertStartFails($supervisor, $program);
            $this->assertSame(0, $supervisor->starts());
        }
        rmdir('bin');
    }

    public function testProgramThatIsGoneAtTheRestart_R7(): void
    {
        file_put_contents('once', "#!/bin/sh\nrm once\nexit 1\n");
        chmod('once', 0755);
        $supervisor = $this->make(['./once'], maxRestarts: 5);
        $this->assertSame(State::Waiting, $this->runChild($supervisor));
        $this->assertStartFails($supervisor, './once');
        $this->assertSame(1, $supervisor->starts());
        $this->assertExit(1, '', $supervisor);
    }

    public function testSystemThatRefusesToStart_R7(): void
    {
        $limits = posix_getrlimit();
        $supervisor = $this->make(['true'], maxRestarts: 5);
        posix_setrlimit(POSIX_RLIMIT_NOFILE, 3, $limits['hard openfiles']);
        $message = '';
        try {
            $supervisor->step();
        } catch (StartException $error) {
            $message = $error->getMessage();
        } finally { // before any assertion, which may have to load a class
            posix_setrlimit(POSIX_RLIMIT_NOFILE, $limits['soft openfiles'], $limits['hard openfiles']);
        }
        $this->assertSame('cannot start true', $message);
        $this->assertSame(State::StartFailed, $supervisor->step());
    }

    public function testInvalidCommands_R7(): void
    {
        foreach ([[], ['', 'a'], ["true\0"], ['true', "a\0b"]] as $command) {
            try {
                $this->make($command);
                $this->fail('accepted');
            } catch (InvalidArgumentException $error) {
                $this->assertNotSame('', $error->getMessage());
            }
        }
    }

    public function testInvalidNumbers_R7(): void
    {
        foreach (['maxRestarts', 'baseDelayMs', 'maxDelayMs', 'healthyMs', 'graceMs', 'outputLimit'] as $name) {
            try {
                new Options(...[$name => $name === 'healthyMs' ? 0 : -1]);
                $this->fail("$name accepted");
            } catch (InvalidArgumentException $error) {
                $this->assertNotSame('', $error->getMessage());
            }
        }
        $supervisor = $this->make(['true'], healthyMs: 1, graceMs: 0);
        $this->assertSame(State::Succeeded, $this->runAll($supervisor));
    }

    public function testNothingIsLeftAtTheEnd_R8(): void
    {
        $descriptors = $this->countDescriptors();
        $supervisor = $this->make(['false'], maxRestarts: 1);
        $supervisor->step();
        $first = $supervisor->pid();
        $this->assertNotNull($first);
        $this->assertSame(State::Waiting, $this->runChild($supervisor));
        $this->assertTrue($this->isGone($first));
        $this->assertSame(State::GaveUp, $this->runAll($supervisor));
        $this->assertSame($descriptors, $this->countDescriptors());
    }

    public function testClosingKillsTheChild_R8(): void
    {
        $descriptors = $this->countDescriptors();
        $script = "trap '' TERM; : > ready; " . self::WAIT_FOR_GO;
        $supervisor = $this->shell($script);
        $this->assertSame(State::Running, $supervisor->step());
        $this->waitForFile('ready');
        $pid = $supervisor->pid();
        $this->assertFalse($this->isGone($pid));
        $this->assertSame($descriptors + 1, $this->countDescriptors());
        $supervisor->close();
        $supervisor->close();
        $this->assertSame(State::Stopped, $supervisor->step());
        $this->assertTrue($this->isGone($pid));
        $this->assertSame($descriptors, $this->countDescriptors());
        $waiting = $this->make(['false']);
        $waiting->close();
        $this->assertSame(State::Stopped, $waiting->step());
    }

    public function testSupervisorThatIsGivenUpKillsItsChild_R8(): void
    {
        $supervisor = $this->make(['sleep', '30']);
        $supervisor->step();
        $pid = $supervisor->pid();
        $this->assertFalse($this->isGone($pid));
        unset($supervisor);
        $this->assertTrue($this->isGone($pid));
    }
}
