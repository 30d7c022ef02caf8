<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use TarArchive\ArchiveException;
use TarArchive\Entry;
use TarArchive\ErrorKind;
use TarArchive\TarArchive;

require_once __DIR__ . '/TarArchive.php';

final class TarArchiveTest extends TestCase
{
    private string $home = '';
    private string $out = '';

    protected function setUp(): void
    {
        umask(022);
        $this->home = sys_get_temp_dir() . '/tar-archive-' . bin2hex(random_bytes(8));
        $this->out = "$this->home/out";
        mkdir($this->home);
    }

    protected function tearDown(): void
    {
        $this->remove($this->home);
    }

    private function remove(string $path): void
    {
        exec('rm -rf ' . escapeshellarg($path));
        clearstatcache();
    }

    /** Archives for tests are put together here, independently of what is tested; fields are put in at their offsets. */
    private static function header(string $type, string $path, int $size, array $fields = []): string
    {
        $header = str_pad($path, 512, "\0");
        $standard = [100 => '0000644', 108 => '0001750', 116 => '0001750', 124 => sprintf('%011o', $size), 136 => '14000000000', 156 => $type, 257 => "ustar\00000"];
        foreach ([$standard, $fields] as $group) {
            foreach ($group as $offset => $bytes) {
                $header = substr_replace($header, $bytes, $offset, strlen($bytes));
            }
        }

        return self::withChecksum($header);
    }

    private static function withChecksum(string $header): string
    {
        $header = substr_replace($header, '        ', 148, 8);

        return substr_replace($header, sprintf("%06o\0 ", array_sum(array_map('ord', str_split($header)))), 148, 8);
    }

    private static function entry(string $path, string $content = '', array $fields = []): string
    {
        $blocks = (int) ceil(strlen($content) / 512);

        return self::header('0', $path, strlen($content), $fields) . str_pad($content, $blocks * 512, "\0");
    }

    private static function folder(string $path): string
    {
        return self::header('5', $path, 0);
    }

    private static function link(string $path, string $target): string
    {
        return self::header('2', $path, 0, [157 => $target]);
    }

    private static function archive(string ...$entries): string
    {
        return implode('', $entries) . str_repeat("\0", 1024);
    }

    /** @return resource */
    private static function stream(string $bytes = '')
    {
        $stream = fopen('php://memory', 'w+b');
        fwrite($stream, $bytes);
        rewind($stream);

        return $stream;
    }

    private function extract(string $bytes, int $maxEntries = 1000, int $maxSize = 1_000_000): int
    {
        return TarArchive::extract(self::stream($bytes), $this->out, $maxEntries, $maxSize);
    }

    private function assertRefused(ErrorKind $kind, int $index, string $bytes, int ...$limits): void
    {
        $what = addcslashes(substr($bytes, 0, 60), "\0..\37\177..\377") . ' ' . strlen($bytes);
        try {
            $this->extract($bytes, ...$limits);
            $this->fail("accepted: $what");
        } catch (ArchiveException $error) {
            $this->assertSame([$kind, $index], [$error->kind, $error->index], $what);
            $this->assertStringContainsString($kind->value, $error->getMessage());
        }
        $this->assertSame(['.', '..'], scandir($this->home), $what);
    }

    private static function write(Entry ...$entries): string
    {
        $stream = self::stream();
        TarArchive::write($stream, $entries);
        rewind($stream);

        return stream_get_contents($stream);
    }

    private function assertWriteRefused(ErrorKind $kind, Entry $entry): void
    {
        $stream = self::stream();
        try {
            TarArchive::write($stream, [Entry::file('good', 'x'), $entry]);
            $this->fail("accepted: $entry->path");
        } catch (ArchiveException $error) {
            $this->assertSame([$kind, 1], [$error->kind, $error->index], $entry->path);
        }
        $this->assertSame(0, ftell($stream));
    }

    private function assertArchived(string $path, string $content, int $mode = 0644): void
    {
        clearstatcache();
        $this->assertTrue(is_file("$this->out/$path") && !is_link("$this->out/$path"), $path);
        $this->assertSame($mode, fileperms("$this->out/$path") & 07777, $path);
        $this->assertSame($content, file_get_contents("$this->out/$path"), $path);
    }

    private function assertLink(string $path, string $target): void
    {
        $this->assertSame($target, readlink("$this->out/$path"));
    }

    public function testFilesFoldersAndLinks_R1(): void
    {
        $plain = self::entry('a/b/c', "\0\xff\r\n", [100 => '000600 ', 156 => "\0"]);
        $bytes = self::archive(self::folder('docs/'), self::entry('docs/read me', "hello\n"), $plain, self::folder('a/b'), self::folder('empty'), self::link('docs/link', '../a/b/c'));
        $this->assertSame(6, $this->extract($bytes . str_repeat('x', 700)));
        $this->assertArchived('docs/read me', "hello\n");
        $this->assertArchived('a/b/c', "\0\xff\r\n", 0600);
        $this->assertTrue(is_dir("$this->out/empty"));
        $this->assertLink('docs/link', '../a/b/c');
    }

    public function testSizesAroundBlocks_R1(): void
    {
        foreach ([0, 1, 511, 512, 513, 1024, 65_537, 200_000] as $size) {
            $content = substr(str_repeat(pack('C*', ...range(0, 250)), 1000), 0, $size);
            $this->assertSame(2, $this->extract(self::archive(self::entry('first', $content), self::entry('next', 'n'))));
            $this->assertArchived('first', $content);
            $this->assertArchived('next', 'n');
            $this->remove($this->out);
        }
    }

    public function testModes_R1(): void
    {
        foreach (['0000777' => 0777, '0000000' => 0, '  640 ' => 0640, '0100444' => 0444] as $mode => $expected) {
            $this->extract(self::archive(self::entry('file', 'x', [100 => "$mode\0"])));
            $this->assertSame($expected, fileperms("$this->out/file") & 07777);
            $this->remove($this->out);
        }
    }

    public function testArchiveWithoutEntries_R1(): void
    {
        $this->assertSame(0, $this->extract(self::archive()));
        $this->assertSame(['.', '..'], scandir($this->out));
    }

    public function testBytesOfAnArchive_R2(): void
    {
        $bytes = self::write(Entry::file('bin/run', "#!\n", 04751), Entry::folder('d'), Entry::link('l', 'bin/run'));
        $this->assertSame(4 * 512 + 1024, strlen($bytes));
        $header = str_pad('bin/run', 100, "\0") . "0000751\0" . str_repeat("0000000\0", 2) . "00000000003\0" . "00000000000\0"
            . str_repeat(' ', 8) . '0' . str_repeat("\0", 100) . "ustar\00000" . str_repeat("\0", 64) . str_repeat("0000000\0", 2);
        $this->assertSame(bin2hex(self::withChecksum(str_pad($header, 512, "\0"))), bin2hex(substr($bytes, 0, 512)));
        $this->assertSame(str_pad("#!\n", 512, "\0"), substr($bytes, 512, 512));
        $this->assertSame(["d/\0", "0000755\0", "00000000000\0", '5'], [substr($bytes, 1024, 3), substr($bytes, 1124, 8), substr($bytes, 1148, 12), $bytes[1180]]);
        $this->assertSame(["l\0", "0000777\0", "2bin/run\0"], [substr($bytes, 1536, 2), substr($bytes, 1636, 8), substr($bytes, 1692, 9)]);
        $this->assertSame(self::archive(), substr($bytes, 2048));
        $this->assertSame(self::archive(), self::write());
    }

    public function testWhatIsWrittenCanBeExtracted_R2(): void
    {
        $block = str_repeat('c', 512);
        $entries = [Entry::folder('d'), Entry::file('d/one block', $block, 0640), Entry::file('d/empty', '', 0444), Entry::link('d/e/link', '../empty'), Entry::file('d/more', $block . 'd', 0755)];
        $this->assertSame(5, $this->extract(self::write(...$entries)));
        $this->assertArchived('d/one block', $block, 0640);
        $this->assertArchived('d/empty', '', 0444);
        $this->assertArchived('d/more', $block . 'd', 0755);
        $this->assertLink('d/e/link', '../empty');
    }

    /** Letters with slashes at the places given. */
    private static function letters(int $length, int ...$slashes): string
    {
        $text = str_repeat('n', $length);
        foreach ($slashes as $slash) {
            $text[$slash] = '/';
        }

        return $text;
    }

    public function testLongPathsAreSplitAndJoined_R3(): void
    {
        $cases = [[100, [50], 0], [101, [50], 50], [101, [1], 1], [150, [20, 49, 51], 49], [150, [48, 70], 70], [160, [59, 100], 59], [256, [100, 155], 155], [255, [154], 154], [156, [154], 154]];
        foreach ($cases as [$length, $slashes, $split]) {
            $path = self::letters($length, ...$slashes);
            $bytes = self::write(Entry::file($path, 'x'));
            $this->assertSame(substr($path, $split === 0 ? 0 : $split + 1), rtrim(substr($bytes, 0, 100), "\0"));
            $this->assertSame(substr($path, 0, $split), rtrim(substr($bytes, 345, 155), "\0"));
            $this->assertSame(1, $this->extract($bytes));
            $this->assertArchived($path, 'x');
            $this->remove($this->out);
        }
    }

    public function testWhatFitsInNoWay_R3(): void
    {
        foreach ([[101], [150, 48], [257, 100, 155], [257, 156], [399, 155, 200]] as $shape) {
            $this->assertWriteRefused(ErrorKind::TooLong, Entry::file(self::letters(...$shape), ''));
        }
        $this->assertWriteRefused(ErrorKind::TooLong, Entry::folder(self::letters(100)));
        $this->assertWriteRefused(ErrorKind::TooLong, Entry::folder(self::letters(256, 155)));
        $this->assertWriteRefused(ErrorKind::TooLong, Entry::link('l', self::letters(101, 50)));
        $this->assertSame(2, $this->extract(self::write(Entry::link('l', self::letters(100, 50)), Entry::folder(self::letters(99)))));
        $this->assertLink('l', self::letters(100, 50));
    }

    public function testUnsafePaths_R4(): void
    {
        foreach (['/', '/etc/x', '..', '../x', 'a/../x', 'a/..', '.', './x', 'a/./x', 'a/.', 'a//x', '//x', '', 'a//'] as $path) {
            $this->assertRefused(ErrorKind::Unsafe, 1, self::archive(self::entry('good', 'x'), self::entry($path, 'x')));
            $this->assertRefused(ErrorKind::Unsafe, 0, self::archive(self::folder($path)));
            $this->assertRefused(ErrorKind::Unsafe, 0, self::archive(self::link($path, 'x')));
            foreach ([Entry::file($path, ''), Entry::folder($path), Entry::link($path, 'x')] as $entry) {
                $this->assertWriteRefused(ErrorKind::Unsafe, $entry);
            }
        }
        $this->assertRefused(ErrorKind::Unsafe, 0, self::archive(self::entry('a/', 'x')));
        $this->assertWriteRefused(ErrorKind::Unsafe, Entry::folder('a/'));
        $this->assertWriteRefused(ErrorKind::Unsafe, Entry::file("a\0b", ''));
    }

    public function testUnsafeByThePrefix_R4(): void
    {
        foreach (['..', '/', '/etc', 'a/..', '.', 'a/'] as $prefix) {
            $this->assertRefused(ErrorKind::Unsafe, 0, self::archive(self::entry('b', 'x', [345 => $prefix])));
        }
        $this->assertRefused(ErrorKind::Unsafe, 0, self::archive(self::entry('../b', 'x', [345 => 'x'])));
    }

    public function testNamesWithDotsAreSafe_R4(): void
    {
        $this->assertSame(3, $this->extract(self::archive(self::entry('...', 'x'), self::entry('..a/.b/c..', 'x'), self::link('.l', '..a'))));
        $this->assertArchived('..a/.b/c..', 'x');
        $this->assertLink('.l', '..a');
    }

    public function testLinksThatLeadOutside_R5(): void
    {
        $cases = [
            'l' => ['/etc/passwd', '/', '..', '../x', 'a/../x', 'a/..', '.', './x', '', 'a//b', 'a/'],
            'a/l' => ['../..', '../../x', '../', '..//x', '../x/..', '../.'],
            'a/b/l' => ['../../../x'],
        ];
        foreach ($cases as $path => $targets) {
            foreach ($targets as $target) {
                $this->assertRefused(ErrorKind::Unsafe, 0, self::archive(self::link($path, $target)));
                $this->assertWriteRefused(ErrorKind::Unsafe, Entry::link($path, $target));
            }
        }
        $this->assertWriteRefused(ErrorKind::Unsafe, Entry::link('l', "a\0"));
    }

    public function testLinksThatStayWithin_R5(): void
    {
        $links = ['l' => 'missing', 'a/l' => '..', 'a/m' => '../x', 'a/b/l' => '../../x/y', 'a/b/m' => '../..', 'n' => '...x'];
        $this->assertSame(6, $this->extract(self::write(...array_map(Entry::link(...), array_keys($links), $links))));
        foreach ($links as $path => $target) {
            $this->assertLink($path, $target);
        }
    }

    public function testNothingGoesThroughOrOverWhatWasMade_R5(): void
    {
        $made = ['file' => self::entry('x'), 'folder' => self::folder('x'), 'link' => self::link('x', 'd'), 'dangling' => self::link('x', 'missing')];
        foreach ($made as $first => $entry) {
            foreach ($made as $second => $other) {
                $bytes = self::archive(self::folder('d'), $entry, $other);
                if ([$first, $second] === ['folder', 'folder']) {
                    $this->assertSame(3, $this->extract($bytes));
                    $this->remove($this->out);
                } else {
                    $this->assertRefused(ErrorKind::Conflict, 2, $bytes);
                }
            }
            if ($first !== 'folder') {
                $this->assertRefused(ErrorKind::Conflict, 2, self::archive(self::folder('d'), $entry, self::entry('x/y', 'z')));
                $this->assertRefused(ErrorKind::Conflict, 1, self::archive($entry, self::folder('x/y/z')));
            }
        }
    }

    public function testConflictComesBeforeTheContent_R5(): void
    {
        $this->assertRefused(ErrorKind::Conflict, 1, self::entry('x') . self::header('0', 'x', 5));
    }

    public function testSpecialBitsAreNotSet_R5(): void
    {
        $this->extract(self::archive(self::entry('run', '', [100 => '0007755'])));
        $this->assertArchived('run', '', 0755);
    }

    public function testDamagedHeaders_R6(): void
    {
        $cases = [
            [257, "ustar  \0"], [257, 'ustaR'], [263, '01'], [263, '10'], [100, '00006448'], [100, '00006444'], [100, "0000648\0"],
            [100, "       \0"], [100, str_repeat("\0", 8)], [100, '        '], [100, "06 4400\0"], [100, "-000644\0"], [100, "000644\n\0"],
            [124, '000000000000'], [124, "\x80" . str_repeat("\0", 11)], [124, '0000000000x'],
        ];
        foreach ($cases as [$offset, $bytes]) {
            $this->assertRefused(ErrorKind::Malformed, 1, self::archive(self::entry('good', 'x'), self::entry('file', '', [$offset => $bytes])));
        }
        $this->assertRefused(ErrorKind::Malformed, 0, self::archive(self::header('x', '../x', 0, [100 => '8'])));
        $this->assertRefused(ErrorKind::Malformed, 0, self::archive(self::header('5', 'folder', 1)));
        $this->assertRefused(ErrorKind::Malformed, 0, self::archive(self::header('2', 'link', 1, [157 => 'x'])));
        $this->assertRefused(ErrorKind::Malformed, 0, str_repeat("\0", 512) . self::archive(self::entry('file', 'x')));
    }

    public function testChecksums_R6(): void
    {
        foreach ([0, 147, 148, 156, 500, 511] as $offset) {
            $bytes = self::archive(self::entry('file'));
            $bytes[$offset] = chr(ord($bytes[$offset]) + 1);
            $this->assertRefused(ErrorKind::Malformed, 0, $bytes);
        }
        $bytes = self::entry("high \xff");
        $this->assertSame(1, $this->extract(self::archive(substr_replace($bytes, ' ' . substr($bytes, 148, 7), 148, 8))));
        $this->assertArchived("high \xff", '');
    }

    public function testOtherTypes_R6(): void
    {
        foreach (str_split('1346789xgLKSA') as $type) {
            $this->assertRefused(ErrorKind::Unsupported, 0, self::archive(self::header($type, '../x', 5, [157 => '/etc/passwd'])));
        }
    }

    public function testArchivesThatAreCutOff_R6(): void
    {
        $bytes = self::archive(self::entry('one', 'x'), self::entry('folder/two', str_repeat('x', 600)));
        $this->assertSame(2560 + 1024, strlen($bytes));
        foreach ([[0, 1, 511, 512, 1023], [1024, 1535, 1536, 2135, 2136, 2559], [2560, 3071, 3072, 3583]] as $index => $sizes) {
            foreach ($sizes as $size) {
                $this->assertRefused(ErrorKind::Truncated, $index, substr($bytes, 0, $size));
            }
        }
    }

    public function testLimits_R7(): void
    {
        $bytes = self::archive(self::entry('one', '1'), self::folder('two'), self::entry('three', '4444'));
        $this->assertSame(3, $this->extract($bytes, 3, 5));
        $this->remove($this->out);
        $this->assertRefused(ErrorKind::Limit, 2, $bytes, maxEntries: 2);
        $this->assertRefused(ErrorKind::Limit, 2, $bytes, maxSize: 4);
        $this->assertRefused(ErrorKind::Limit, 0, $bytes, maxEntries: 0);
        $this->assertRefused(ErrorKind::Limit, 0, self::archive(self::header('0', 'huge', 077777777777)));
        $this->assertRefused(ErrorKind::Limit, 1, self::archive(self::entry('a', '1'), self::header('0', 'a', 1_000_000)));
        $this->assertRefused(ErrorKind::Unsafe, 0, self::archive(self::header('0', '../x', 2_000_000)));
        $this->assertSame(0, $this->extract(self::archive(), 0, 0));
    }

    public function testNothingIsLeftOfARefusedArchive_R8(): void
    {
        $bytes = self::archive(self::entry('a/b/c/file', 'x'), self::link('a/link', 'b'), self::entry('p', '', [100 => '0000000']), self::entry('../x', 'x'));
        $this->assertRefused(ErrorKind::Unsafe, 3, $bytes);
    }

    private function assertSystemError(string $folder): void
    {
        try {
            TarArchive::extract(self::stream(self::archive(self::entry('file', 'new'))), $folder, 10, 10);
            $this->fail('extracted');
        } catch (RuntimeException $error) {
            $this->assertStringContainsString($folder, $error->getMessage());
        }
    }

    public function testWhatExistsStays_R8(): void
    {
        mkdir($this->out);
        touch("$this->out/old");
        $this->assertSystemError($this->out);
        $this->assertSame(['.', '..', 'old'], scandir($this->out));
        $this->remove($this->out);
        symlink('missing', $this->out);
        $this->assertSystemError($this->out);
        $this->assertSame('missing', readlink($this->out));
        unlink($this->out);
        $this->assertSystemError("$this->out/missing");
        $this->assertSame(['.', '..'], scandir($this->home));
    }

    public function testSystemThatRefusesToRead_R8(): void
    {
        $error = null;
        try {
            TarArchive::extract(fopen($this->home, 'rb'), $this->out, 10, 10);
        } catch (RuntimeException $error) {
        }
        $this->assertSame(RuntimeException::class, get_debug_type($error));
        $this->assertSame(['.', '..'], scandir($this->home));
    }

    public function testSystemThatRefusesToWrite_R8(): void
    {
        pcntl_signal(SIGXFSZ, SIG_IGN);
        $limits = posix_getrlimit();
        [$soft, $hard] = array_map(fn ($size) => $size === 'unlimited' ? -1 : $size, [$limits['soft filesize'], $limits['hard filesize']]);
        $error = null;
        posix_setrlimit(POSIX_RLIMIT_FSIZE, 1000, $hard);
        try {
            $this->extract(self::archive(self::entry('first', 'x'), self::entry('big', str_repeat('x', 2000))));
        } catch (Exception $error) {
        } finally {
            posix_setrlimit(POSIX_RLIMIT_FSIZE, $soft, $hard);
        }
        $this->assertSame(RuntimeException::class, get_debug_type($error)); // PHPUnit's own are another class
        $this->assertSame(['.', '..'], scandir($this->home));
    }

    public function testStreamThatFails_R8(): void
    {
        $stream = fopen('/dev/full', 'wb');
        $this->expectException(RuntimeException::class);
        TarArchive::write($stream, []);
    }
}
