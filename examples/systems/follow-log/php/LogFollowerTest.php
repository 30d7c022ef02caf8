<?php

declare(strict_types=1);

use FollowLog\LogFollower;
use FollowLog\NotRegularException;
use FollowLog\Position;
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/LogFollower.php';

final class LogFollowerTest extends TestCase
{
    private string $folder = '';
    private string $log = '';
    private string $old = '';
    private array $lines = [];
    private ?string $refused = null;
    private ?int $offsetInCallback = null;

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/follow-log-' . bin2hex(random_bytes(8));
        mkdir($this->folder);
        $this->log = "$this->folder/log";
        $this->old = "$this->folder/old";
    }

    protected function tearDown(): void
    {
        foreach (glob("$this->folder/*") as $path) {
            is_dir($path) ? rmdir($path) : unlink($path);
        }
        rmdir($this->folder);
    }

    private function follow(?Position $position = null, int $maxLineLength = 100): LogFollower
    {
        $follower = null;
        $take = function (string $line, bool $truncated) use (&$follower): void {
            $this->offsetInCallback = $follower->position()->offset;
            if ($line === $this->refused) {
                throw new DomainException('refused');
            }
            $this->lines[] = $truncated ? [$line] : $line;
        };
        $follower = new LogFollower($this->log, $maxLineLength, $take, $position);

        return $follower;
    }

    private function append(string $text, ?string $path = null): void
    {
        file_put_contents($path ?? $this->log, $text, FILE_APPEND);
    }

    private function truncate(int $size): void
    {
        $file = fopen($this->log, 'r+');
        ftruncate($file, $size);
        fclose($file);
    }

    /** Truncated lines stand in arrays. */
    private function assertPoll(array $expected, LogFollower $follower): void
    {
        $this->lines = [];
        $this->assertSame(count($expected), $follower->poll());
        $this->assertSame($expected, $this->lines);
    }

    private function countDescriptors(): int
    {
        return count(scandir('/proc/self/fd'));
    }

    public function testAppendedLines_R1(): void
    {
        $follower = $this->follow();
        $this->append("one\ntwo\n");
        $this->assertPoll(['one', 'two'], $follower);
        $this->assertPoll([], $follower);
        $this->append("\n\nthree\r\na\0b\xff\n");
        $this->assertPoll(['', '', "three\r", "a\0b\xff"], $follower);
    }

    public function testUnfinishedLine_R2(): void
    {
        $follower = $this->follow();
        $this->append("one\ntw");
        $this->assertPoll(['one'], $follower);
        $this->append('o');
        $this->assertPoll([], $follower);
        $this->assertSame(4, $follower->position()->offset);
        $this->append("\nth");
        $this->assertPoll(['two'], $follower);
        $this->append("ree\n");
        $this->assertPoll(['three'], $follower);
        $this->assertSame(14, $follower->position()->offset);
    }

    public function testManyAndLongLines_R2(): void
    {
        foreach ([1, 7, 8191, 8192, 65_535, 65_536, 65_537, 150_000] as $length) {
            $lines = [];
            for ($i = 0; $i < 300_000 / $length; $i++) {
                $lines[] = str_repeat((string) ($i % 10), $length);
            }
            file_put_contents($this->log, implode("\n", $lines) . "\n");
            $follower = $this->follow(maxLineLength: 1_000_000);
            $this->assertPoll($lines, $follower);
            $this->assertPoll([], $follower);
        }
    }

    public function testRotation_R3(): void
    {
        $follower = $this->follow();
        $this->append("one\n");
        $this->assertPoll(['one'], $follower);
        $this->append("two\nthr");
        rename($this->log, $this->old);
        $this->append("ee\nunfinished", $this->old);
        $this->append("new\npart");
        $this->assertPoll(['two', 'three', 'unfinished', 'new'], $follower);
        $this->assertSame(4, $follower->position()->offset);
        $this->append("s\n");
        $this->append("late\n", $this->old);
        $this->assertPoll(['parts'], $follower);
    }

    public function testRotatedFileWithoutAnUnfinishedLine_R3(): void
    {
        $follower = $this->follow();
        $this->append("one\n");
        $this->assertPoll(['one'], $follower);
        rename($this->log, $this->old);
        $this->append('');
        $this->assertPoll([], $follower);
        $this->append("new\n");
        $this->assertPoll(['new'], $follower);
    }

    public function testFileThatIsMovedAway_R3(): void
    {
        $follower = $this->follow();
        $this->append("one\nt");
        $this->assertPoll(['one'], $follower);
        rename($this->log, $this->old);
        $this->assertPoll([], $follower);
        $this->append("wo\nthree\nr", $this->old);
        $this->assertPoll(['two', 'three'], $follower);
        $this->assertSame(14, $follower->position()->offset);
        $this->append('est', $this->old);
        $this->append("new\n");
        $this->assertPoll(['rest', 'new'], $follower);
    }

    public function testFileThatAppearsLater_R3(): void
    {
        $follower = $this->follow();
        $this->assertPoll([], $follower);
        $this->assertNull($follower->position());
        $this->append("one\n");
        $this->assertPoll(['one'], $follower);
        $status = stat($this->log);
        $this->assertEquals(new Position($status['dev'], $status['ino'], 4), $follower->position());
    }

    public function testTruncation_R4(): void
    {
        $follower = $this->follow();
        $this->append("one\ntwo\nunfinished");
        $this->assertPoll(['one', 'two'], $follower);
        file_put_contents($this->log, "a\nb");
        $this->assertPoll(['a'], $follower);
        $this->assertSame(2, $follower->position()->offset);
        $this->truncate(2);
        $this->assertPoll(['a'], $follower);
        $this->truncate(0);
        $this->assertPoll([], $follower);
        $this->assertSame(0, $follower->position()->offset);
        $this->append("c\n");
        $this->assertPoll(['c'], $follower);
    }

    public function testTruncationBeforeRotation_R4(): void
    {
        $follower = $this->follow();
        $this->append("one\nunfinished");
        $this->assertPoll(['one'], $follower);
        file_put_contents($this->log, 'short');
        rename($this->log, $this->old);
        $this->append("new\n");
        $this->assertPoll(['short', 'new'], $follower);
    }

    public function testResuming_R5(): void
    {
        $first = $this->follow();
        $this->append("one\ntwo\nthr");
        $this->assertPoll(['one', 'two'], $first);
        $position = $first->position();
        $this->append("ee\nfour\n");
        $follower = $this->follow($position);
        $this->assertEquals($position, $follower->position());
        $this->assertPoll(['three', 'four'], $follower);
        $position = $follower->position();
        $this->assertPoll([], $this->follow($position));
        $this->truncate($position->offset - 1);
        $this->assertPoll(['one', 'two', 'three'], $this->follow($position));
    }

    public function testResumingWithAnotherFile_R5(): void
    {
        $first = $this->follow();
        $this->append("one\n");
        $this->assertPoll(['one'], $first);
        $position = $first->position();
        rename($this->log, $this->old);
        $follower = $this->follow($position);
        $this->assertPoll([], $follower);
        $this->assertEquals($position, $follower->position());
        $this->append("new one\n");
        $this->assertPoll(['new one'], $follower);
        rename($this->old, $this->log);
        $other = new Position($position->device + 1, $position->inode, $position->offset);
        $this->assertPoll(['one'], $this->follow($other));
    }

    public function testLongLinesAreCut_R6(): void
    {
        $follower = $this->follow(maxLineLength: 5);
        $this->append("12345\n123456\n1234567890\n1\n");
        $this->assertPoll(['12345', ['12345'], ['12345'], '1'], $follower);
        foreach (['123', '45', '6789'] as $part) {
            $this->append($part);
            $this->assertPoll([], $follower);
        }
        $this->append("0\n12345");
        $this->assertPoll([['12345']], $follower);
        $this->append("\n");
        $this->assertPoll(['12345'], $follower);
        $this->assertSame(26 + 11 + 6, $follower->position()->offset);
        $this->append('1234567');
        rename($this->log, $this->old);
        $this->append("1\n");
        $this->assertPoll([['12345'], '1'], $follower);
    }

    private function assertRefused(string $line, array $before, int $offset, LogFollower $follower): void
    {
        $this->refused = $line;
        $this->lines = [];
        try {
            $follower->poll();
            $this->fail('not thrown');
        } catch (DomainException $error) {
            $this->assertSame('refused', $error->getMessage());
        }
        $this->refused = null;
        $this->assertSame($before, $this->lines);
        $this->assertSame([$offset, $offset], [$follower->position()->offset, $this->offsetInCallback]);
    }

    public function testCallbackThatThrows_R7(): void
    {
        $follower = $this->follow();
        $this->append("one\ntwo\nthree\nfo");
        $this->assertRefused('three', ['one', 'two'], 8, $follower);
        $this->assertRefused('three', [], 8, $follower);
        $this->append("ur\n");
        $this->assertPoll(['three', 'four'], $follower);
        $this->append('unfinished');
        $this->assertPoll([], $follower);
        rename($this->log, $this->old);
        $this->append("new\n");
        $this->assertRefused('unfinished', [], 19, $follower);
        $this->assertPoll(['unfinished', 'new'], $follower);
    }

    private function assertNotRegular(LogFollower $follower): void
    {
        $this->lines = [];
        try {
            $follower->poll();
            $this->fail('not thrown');
        } catch (NotRegularException $error) {
            $this->assertStringContainsString($this->log, $error->getMessage());
        }
        $this->assertSame([], $this->lines);
    }

    public function testFolderAtThePath_R8(): void
    {
        $follower = $this->follow();
        mkdir($this->log);
        $this->assertNotRegular($follower);
        rmdir($this->log);
        $this->append("one\n");
        $this->assertPoll(['one'], $follower);
        $this->append("two\n");
        rename($this->log, $this->old);
        mkdir($this->log);
        $this->assertNotRegular($follower);
        $this->assertSame(4, $follower->position()->offset);
        rmdir($this->log);
        $this->append("new\n");
        $this->assertPoll(['two', 'new'], $follower);
    }

    public function invalidArguments(): array
    {
        $nothing = static function (): void {
        };

        return [
            'no path' => [fn () => new LogFollower('', 10, $nothing)],
            'zero byte' => [fn () => new LogFollower("a\0b", 10, $nothing)],
            'no length' => [fn () => new LogFollower('a', 0, $nothing)],
            'negative offset' => [fn () => new Position(1, 1, -1)],
        ];
    }

    /** @dataProvider invalidArguments */
    public function testInvalidArguments_R8(Closure $make): void
    {
        $this->expectException(InvalidArgumentException::class);
        $make();
    }

    public function testLeastArguments_R8(): void
    {
        $this->append("1\n");
        $this->assertPoll(['1'], $this->follow(new Position(0, 0, 0), 1));
    }

    public function testFileThatCannotBeOpened_R8(): void
    {
        $this->append("1\n");
        $follower = $this->follow();
        $limits = posix_getrlimit();
        posix_setrlimit(POSIX_RLIMIT_NOFILE, 3, $limits['hard openfiles']);
        try {
            $follower->poll();
            $message = 'not thrown';
        } catch (RuntimeException $error) {
            $message = $error->getMessage();
        } finally {
            posix_setrlimit(POSIX_RLIMIT_NOFILE, $limits['soft openfiles'], $limits['hard openfiles']);
        }
        $this->assertSame("cannot open $this->log", $message);
        $this->assertPoll(['1'], $follower);
    }

    public function testDescriptors_R8(): void
    {
        $descriptors = $this->countDescriptors();
        $follower = $this->follow();
        for ($i = 0; $i < 5; $i++) {
            $this->append("one\n");
            $this->assertPoll(['one'], $follower);
            $this->assertSame($descriptors + 1, $this->countDescriptors());
            rename($this->log, $this->old . $i);
        }
        $follower->close();
        $follower->close();
        $this->assertSame($descriptors, $this->countDescriptors());
        $this->append("two\n", $this->old . 4);
        rename($this->old . 4, $this->log);
        $this->assertPoll(['two'], $follower);
    }
}
