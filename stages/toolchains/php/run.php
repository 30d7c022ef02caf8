<?php

declare(strict_types=1);

// PHPUnit 9 with a report that is right even if a test ends the process. Called as: php run.php REPORT, then as phpunit.
// A line of the report is a status, the number and the name of a test, between tabs. All tests are written as planned
// before the first one starts, so that those that never end are known.

namespace Proven;

use PHPUnit\Framework\AssertionFailedError;
use PHPUnit\Framework\Test;
use PHPUnit\Framework\TestCase;
use PHPUnit\Framework\TestListener;
use PHPUnit\Framework\TestSuite;
use PHPUnit\Framework\Warning;
use PHPUnit\Framework\WarningTestCase;
use PHPUnit\TextUI;
use Throwable;

require 'PHPUnit/Autoload.php';

final class Report implements TestListener
{
    /** @var resource */
    private $file;
    private int $process;
    private string $status = '';
    /** @var array<int, array{int, string}> object id => number and name */
    private array $tests = [];

    public function __construct(string $path)
    {
        $this->file = fopen($path, 'w');
        $this->process = getmypid();
    }

    public function startTestSuite(TestSuite $suite): void
    {
        if ($this->tests === []) {
            $this->plan($suite);
        }
    }

    public function startTest(Test $test): void
    {
        $this->status = 'passed';
    }

    public function endTest(Test $test, float $time): void
    {
        $this->write($this->status, $test);
    }

    public function addError(Test $test, Throwable $t, float $time): void
    {
        $this->status = 'failed';
    }

    public function addFailure(Test $test, AssertionFailedError $e, float $time): void
    {
        $this->status = 'failed';
    }

    /** A test that asserts nothing, or meddles with output buffers. */
    public function addRiskyTest(Test $test, Throwable $t, float $time): void
    {
        $this->status = 'failed';
    }

    /** No failure to PHPUnit, unless it stands for a test that could not be made. */
    public function addWarning(Test $test, Warning $e, float $time): void
    {
        if ($test instanceof WarningTestCase) {
            $this->status = 'failed';
        }
    }

    public function addIncompleteTest(Test $test, Throwable $t, float $time): void
    {
        $this->status = 'skipped';
    }

    public function addSkippedTest(Test $test, Throwable $t, float $time): void
    {
        $this->status = 'skipped';
    }

    public function endTestSuite(TestSuite $suite): void
    {
    }

    private function plan(TestSuite $suite): void
    {
        foreach ($suite->tests() as $test) {
            if ($test instanceof TestSuite) {
                $this->plan($test);
            } else {
                $this->write('planned', $test);
            }
        }
    }

    private function name(TestCase $test): string
    {
        $class = substr('\\' . get_class($test), 1 + strrpos('\\' . get_class($test), '\\'));
        $case = $test->dataName() === '' ? '' : '[' . $test->dataName() . ']';

        return preg_replace('/[\x00-\x1f\x7f]/', ' ', $class . ' > ' . $test->getName(false) . $case);
    }

    private function write(string $status, Test $test): void
    {
        if (!$test instanceof TestCase || getmypid() !== $this->process) {
            return; // or a fork that goes on with the tests
        }
        if ($test instanceof WarningTestCase && str_starts_with($test->getMessage(), 'No tests found in class ')) {
            return;
        }
        $known = $this->tests[spl_object_id($test)] ??= [count($this->tests), $this->name($test)];
        fwrite($this->file, $status . "\t" . implode("\t", $known) . "\n");
    }
}

final class Command extends TextUI\Command
{
    public static string $report;

    protected function createRunner(): TextUI\TestRunner
    {
        $this->arguments['listeners'] = [new Report(self::$report)];

        return parent::createRunner();
    }
}

define('PHPUNIT_COMPOSER_INSTALL', 'PHPUnit/Autoload.php');
[Command::$report] = array_splice($_SERVER['argv'], 1, 1);
if (getenv('SEED') !== false) {
    array_splice($_SERVER['argv'], 1, 0, ['--order-by=random', '--random-order-seed=' . getenv('SEED')]);
}
Command::main();
