<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use ResumableUpload\Uploader;
use ResumableUpload\UploadErrorKind;
use ResumableUpload\UploadException;

require_once __DIR__ . '/Uploader.php';

final class UploaderTest extends TestCase
{
    private const CONTENT = '0123456789';

    /** @var resource */
    private $process;
    /** @var array<int, resource> */
    private array $pipes = [];
    private string $origin;
    private string $url;
    private string $path;
    /** @var list<int> */
    private array $sleeps = [];
    /** @var list<array{int, int}> */
    private array $progress = [];
    /** @var list<string> of all requests */
    private array $paths = [];
    /** @var array<string, mixed> what the server told of its last request */
    private array $last = [];

    protected function setUp(): void
    {
        $command = [PHP_BINARY, '-n', __DIR__ . '/testdata/server.php'];
        $this->process = proc_open($command, [['pipe', 'r'], ['pipe', 'w']], $this->pipes);
        $this->origin = 'http://127.0.0.1:' . trim((string) fgets($this->pipes[1]));
        $this->url = "{$this->origin}/uploads/7";
        $this->path = (string) tempnam(sys_get_temp_dir(), 'upload');
        file_put_contents($this->path, self::CONTENT);
    }

    protected function tearDown(): void
    {
        array_map('fclose', $this->pipes);
        proc_close($this->process);
        unlink($this->path);
    }

    /** @param list<mixed> $plan */
    private function serve(array $plan = [], string $data = '', string $length = ''): void
    {
        $this->taken();
        fwrite($this->pipes[0], base64_encode(serialize([$plan, $data, $length])) . "\n");
        $this->assertSame("ready\n", fgets($this->pipes[1]));
        $this->sleeps = [];
        $this->progress = [];
    }

    /** @return list<string> the requests since the last call */
    private function taken(): array
    {
        stream_set_blocking($this->pipes[1], false);
        $taken = [];
        while (($line = fgets($this->pipes[1])) !== false) {
            $this->last = json_decode($line, true);
            $this->paths[] = $this->last['path'];
            $offset = $this->last['offset'];
            $taken[] = $this->last['method'] . ($offset === null ? '' : " $offset+{$this->last['size']}");
        }
        stream_set_blocking($this->pipes[1], true);

        return $taken;
    }

    private function uploader(mixed ...$settings): Uploader
    {
        $settings += [
            'chunkSize' => 4,
            'sleep' => function (int $seconds): void {
                $this->sleeps[] = $seconds;
            },
            'onProgress' => function (int $offset, int $size): void {
                $this->progress[] = [$offset, $size];
            },
        ];

        return new Uploader("{$this->origin}/uploads?kind=file", ...$settings);
    }

    private function assertUploads(array $requests, string $content = self::CONTENT, ?string $url = null, mixed ...$settings): void
    {
        $this->assertSame($this->url, $this->uploader(...$settings)->upload($this->path, $url));
        $this->assertSame($requests, $this->taken());
        $this->assertSame([sha1($content), (string) strlen($content)], [$this->last['data'], $this->last['length']]);
    }

    /** @param list<string> $requests */
    private function assertFails(
        UploadErrorKind $kind,
        bool $created,
        int $offset,
        ?int $status,
        array $requests,
        ?string $url = null,
        ?Uploader $uploader = null,
    ): void {
        try {
            ($uploader ?? $this->uploader())->upload($this->path, $url);
        } catch (UploadException $e) {
            $expected = [$kind, $created ? $this->url : null, $offset, $status];
            $this->assertSame($expected, [$e->kind, $e->url, $e->offset, $e->status]);
            $detail = $status === null ? '' : " (status $status)";
            $of = $created ? $this->url : 'no upload';
            $this->assertSame("{$kind->value} at offset $offset of $of$detail", $e->getMessage());
            $this->assertSame($requests, $this->taken());

            return;
        }
        $this->fail('no error');
    }

    /** @return list<int> */
    private function offsets(): array
    {
        return array_column($this->progress, 0);
    }

    public function testNewUpload_R1_R8(): void
    {
        $this->assertUploads(['POST', 'PATCH 0+4', 'PATCH 4+4', 'PATCH 8+2']);
        $this->assertSame(['/uploads?kind=file', '/uploads/7', '/uploads/7', '/uploads/7'], $this->paths);
        $this->assertSame('application/offset+octet-stream', $this->last['type']);
        $this->assertSame([[0, 10], [4, 10], [8, 10], [10, 10]], $this->progress);
        $this->assertSame([], $this->sleeps);
    }

    public function testDefaultChunkSize_R1(): void
    {
        file_put_contents($this->path, str_repeat('x', (1 << 20) + 1));
        $this->assertSame($this->url, (new Uploader($this->origin))->upload($this->path));
        $this->assertSame(['POST', 'PATCH 0+1048576', 'PATCH 1048576+1'], $this->taken());
    }

    public function testDroppedConnection_R2_R8(): void
    {
        $start = ['POST', 'PATCH 0+4', 'PATCH 4+4', 'HEAD'];
        $this->serve([null, null, 0]);
        $this->assertUploads([...$start, 'PATCH 4+4', 'PATCH 8+2']);
        $this->assertSame([[0, 4, 8, 10], [1]], [$this->offsets(), $this->sleeps]);
        $this->serve([null, null, 3]);
        $this->assertUploads([...$start, 'PATCH 7+3']);
        $this->assertSame([[0, 4, 7, 10], [1]], [$this->offsets(), $this->sleeps]);
        $this->serve([null, null, 4]);
        $this->assertUploads([...$start, 'PATCH 8+2']);
        $this->assertSame([[0, 4, 8, 10], [1]], [$this->offsets(), $this->sleeps]);
        $this->serve([null, 10]);
        $this->assertUploads(['POST', 'PATCH 0+10', 'HEAD'], chunkSize: 10);
    }

    public function testEarlierUpload_R3_R8(): void
    {
        $rests = [0 => ['PATCH 0+4', 'PATCH 4+4', 'PATCH 8+2'], 7 => ['PATCH 7+3'], 10 => []];
        foreach ($rests as $have => $requests) {
            $this->serve([], substr(self::CONTENT, 0, $have), '10');
            $this->assertUploads(['HEAD', ...$requests], self::CONTENT, $this->url);
            $this->assertSame([$have, 10], $this->progress[0]);
            $this->assertSame([10, 10], end($this->progress));
            $this->assertCount(count($requests) + 1, $this->progress);
        }
    }

    public function testSizes_R4(): void
    {
        $files = ['' => [], 'a' => ['PATCH 0+1'], 'abcd' => ['PATCH 0+4'], 'abcdefgh' => ['PATCH 0+4', 'PATCH 4+4']];
        foreach ($files as $content => $requests) {
            file_put_contents($this->path, $content);
            $this->serve();
            $this->assertUploads(['POST', ...$requests], $content);
            $this->assertSame([0, strlen($content)], $this->progress[0]);
        }
    }

    public function testPartOfAChunkIsKept_R4(): void
    {
        $this->serve([null, [204, 'Upload-Offset: 3']], '012');
        $this->assertUploads(['POST', 'PATCH 0+4', 'PATCH 3+4', 'PATCH 7+3']);
        $this->assertSame([], $this->sleeps);
    }

    private function append(): void
    {
        $modified = filemtime($this->path);
        file_put_contents($this->path, 'x', FILE_APPEND);
        touch($this->path, $modified);
    }

    private function age(): void
    {
        clearstatcache();
        touch($this->path, filemtime($this->path) - 1);
    }

    public function testFileChanges_R5(): void
    {
        $requests = ['POST', 'PATCH 0+4', 'PATCH 4+4', 'PATCH 8+2'];
        foreach ([$this->append(...), $this->age(...)] as $change) {
            foreach ([0 => 1, 4 => 2, 10 => 4] as $when => $count) {
                file_put_contents($this->path, self::CONTENT);
                $this->serve();
                $onProgress = static fn (int $offset) => $offset === $when ? $change() : null;
                $uploader = $this->uploader(onProgress: $onProgress);
                $this->assertFails(UploadErrorKind::Changed, true, $when, null, array_slice($requests, 0, $count), null, $uploader);
            }
        }
    }

    public function testFileChangesWhileWaiting_R5(): void
    {
        $this->serve([null, 2]);
        $uploader = $this->uploader(sleep: $this->append(...));
        $this->assertFails(UploadErrorKind::Changed, true, 2, null, ['POST', 'PATCH 0+4', 'HEAD'], null, $uploader);
    }

    public function testOtherLengthOnTheServer_R5(): void
    {
        foreach (['', '0123456789a'] as $data) {
            $this->serve([], $data, '11');
            $this->assertFails(UploadErrorKind::Changed, true, 0, 200, ['HEAD'], $this->url);
        }
    }

    public function testOffsetGoesBackwards_R5(): void
    {
        $start = ['POST', 'PATCH 0+4', 'PATCH 4+4'];
        $this->serve([null, null, 0, [200, 'Upload-Offset: 3', 'Upload-Length: 10']]);
        $this->assertFails(UploadErrorKind::Backwards, true, 4, 200, [...$start, 'HEAD']);
        $this->serve([null, null, [204, 'Upload-Offset: 3']]);
        $this->assertFails(UploadErrorKind::Backwards, true, 4, 204, $start);
    }

    public function testFailuresOfAllRequests_R6(): void
    {
        $this->serve([[500], 0, [599], null, 0, [503], 0, null, [409], null, [422]]);
        $asked = ['PATCH 0+4', 'HEAD', 'HEAD', 'HEAD', 'PATCH 0+4', 'HEAD', 'PATCH 0+4', 'HEAD'];
        $patches = ['PATCH 0+4', 'PATCH 4+4', 'PATCH 8+2'];
        $this->assertUploads(['POST', 'POST', 'POST', 'POST', ...$asked, ...$patches], maxFailures: 8);
        $this->assertSame([1, 2, 4, 8, 16, 30, 30, 30], $this->sleeps);
    }

    public function testGrowthBeginsTheCountAnew_R6(): void
    {
        $this->serve([null, 0, null, null, 1, null, 0]);
        $this->assertSame($this->url, $this->uploader(maxFailures: 1)->upload($this->path));
        $this->assertSame([1, 1, 1], $this->sleeps);
    }

    public function testStandingStillDoesNot_R6(): void
    {
        $this->serve([null, 0, null, 0]);
        $requests = ['POST', 'PATCH 0+4', 'HEAD', 'PATCH 0+4'];
        $this->assertFails(UploadErrorKind::Retries, true, 0, null, $requests, null, $this->uploader(maxFailures: 1));
        $this->assertSame([1], $this->sleeps);
    }

    public function testOneFailureTooMany_R6(): void
    {
        $this->serve([0, 0, 0, 0, 0, [502]]);
        $this->assertFails(UploadErrorKind::Retries, false, 0, 502, array_fill(0, 6, 'POST'));
        $this->assertSame([1, 2, 4, 8, 16], $this->sleeps);
        $this->serve([null, null, [409], [500]]);
        $requests = ['POST', 'PATCH 0+4', 'PATCH 4+4', 'HEAD'];
        $this->assertFails(UploadErrorKind::Retries, true, 4, 500, $requests, null, $this->uploader(maxFailures: 1));
    }

    public function testNobodyAnswers_R6(): void
    {
        $this->serve(['silent']);
        $impatient = $this->uploader(maxFailures: 0, timeout: 0.05);
        $this->assertFails(UploadErrorKind::Retries, false, 0, null, ['POST'], null, $impatient);
        $listener = stream_socket_server('tcp://127.0.0.1:0');
        $refusing = new Uploader('http://' . stream_socket_get_name($listener, false) . '/', maxFailures: 0);
        fclose($listener);
        $this->assertFails(UploadErrorKind::Retries, false, 0, null, [], null, $refusing);
    }

    public function testNoFile_R7(): void
    {
        foreach (["{$this->path}.none" => 'cannot open', dirname($this->path) => 'cannot read'] as $path => $message) {
            $thrown = null;
            try {
                $this->uploader()->upload($path);
            } catch (\RuntimeException $e) {
                $thrown = $e;
            }
            $this->assertNotNull($thrown, "no error: $message");
            $this->assertNotInstanceOf(UploadException::class, $thrown);
            $this->assertStringContainsString($message, $thrown->getMessage());
            $this->assertSame([], preg_grep('/PATCH/', $this->taken()));
        }
    }

    public function testOtherStatuses_R7(): void
    {
        foreach ([200, 204, 301, 307, 400, 404, 409, 422, 413, 499] as $status) {
            $this->serve([[$status, 'Location: /uploads/7']]);
            $this->assertFails(UploadErrorKind::Rejected, false, 0, $status, ['POST']);
        }
        foreach ([200, 201, 302, 308, 400, 403, 413, 499, 404, 410] as $status) {
            $this->serve([null, null, [$status, 'Location: /other', 'Upload-Offset: 8']]);
            $kind = $status === 404 || $status === 410 ? UploadErrorKind::Gone : UploadErrorKind::Rejected;
            $this->assertFails($kind, true, 4, $status, ['POST', 'PATCH 0+4', 'PATCH 4+4']);
        }
        foreach ([204, 302, 409, 422, 404, 410] as $status) {
            $this->serve([[$status, 'Location: /other']]);
            $kind = $status === 404 || $status === 410 ? UploadErrorKind::Gone : UploadErrorKind::Rejected;
            $this->assertFails($kind, true, 0, $status, ['HEAD'], $this->url);
        }
    }

    public function testLocationOfAnotherForm_R7(): void
    {
        $locations = ['', 'uploads/7', '?x', '//192.0.2.7/', '/\192.0.2.7/', 'http://192.0.2.7/7', '/a b'];
        foreach ([[201], ...array_map(static fn (string $location): array => [201, "Location: $location"], $locations)] as $step) {
            $this->serve([$step]);
            $this->assertFails(UploadErrorKind::Protocol, false, 0, 201, ['POST']);
        }
    }

    public function testOffsetAfterAChunk_R7(): void
    {
        $offsets = ['', '4', '9', '-1', '+5', '5.0', '0x5', 'x', str_repeat('9', 30)];
        foreach ([[204], ...array_map(static fn (string $offset): array => [204, "Upload-Offset: $offset"], $offsets)] as $step) {
            $this->serve([null, null, $step]);
            $this->assertFails(UploadErrorKind::Protocol, true, 4, 204, ['POST', 'PATCH 0+4', 'PATCH 4+4']);
        }
    }

    public function testOffsetThatWasAskedFor_R7(): void
    {
        $answers = [
            [], ['Upload-Offset: 1'], ['Upload-Length: 10'], ['Upload-Offset: 11', 'Upload-Length: 10'],
            ['Upload-Offset: x', 'Upload-Length: 10'], ['Upload-Offset: 1', 'Upload-Length: 1e1'],
        ];
        foreach ($answers as $headers) {
            $this->serve([[200, ...$headers]]);
            $this->assertFails(UploadErrorKind::Protocol, true, 0, 200, ['HEAD'], $this->url);
        }
    }
}
