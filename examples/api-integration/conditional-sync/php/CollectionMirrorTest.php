<?php

declare(strict_types=1);

use ConditionalSync\CollectionMirror;
use ConditionalSync\SyncErrorKind;
use ConditionalSync\SyncException;
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/CollectionMirror.php';

final class CollectionMirrorTest extends TestCase
{
    /** @var list<array{resource, resource, resource}> process, input and output of each server */
    private array $servers = [];
    private int $port;
    /** @var list<int> */
    private array $sleeps = [];
    /** @var list<string> */
    private array $accepted = [];

    protected function setUp(): void
    {
        $this->port = $this->start();
    }

    protected function tearDown(): void
    {
        foreach ($this->servers as [$process, $input, $output]) {
            fclose($input);
            fclose($output);
            proc_close($process);
        }
    }

    /** Starts a server, whose number is that of those before it, and returns its port. */
    private function start(): int
    {
        $command = [PHP_BINARY, '-n', __DIR__ . '/testdata/server.php'];
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w']], $pipes);
        $this->servers[] = [$process, ...$pipes];

        return (int) fgets($pipes[1]);
    }

    /** @param array<string, list<string|array<mixed>>> $replies of each path; the last one is repeated */
    private function route(array $replies, int $server = 0): void
    {
        [, $input, $output] = $this->servers[$server];
        fwrite($input, base64_encode(serialize($replies)) . "\n");
        while (!str_starts_with($line = (string) fgets($output), 'ready')) {
            $this->assertNotSame('', $line, 'the server has ended');
        }
    }

    /** @return list<string> the requests since the last call: path and If-None-Match */
    private function taken(int $server = 0): array
    {
        [, , $output] = $this->servers[$server];
        stream_set_blocking($output, false);
        $taken = [];
        while (($line = fgets($output)) !== false) {
            [$method, $path, $headers] = json_decode($line, true);
            $taken[] = implode(' ', array_filter([$path, $headers['if-none-match'] ?? null]));
            $this->accepted[] = "$method {$headers['accept']}";
        }
        stream_set_blocking($output, true);

        return $taken;
    }

    private function url(string $path): string
    {
        return "http://127.0.0.1:{$this->port}$path";
    }

    private function mirror(string $path = '/1', mixed ...$settings): CollectionMirror
    {
        $settings += ['sleep' => function (int $seconds): void {
            $this->sleeps[] = $seconds;
        }];

        return new CollectionMirror($this->url($path), ...$settings);
    }

    /** @return array<mixed> */
    private static function page(string $ids, ?string $link = null, ?string $etag = null): array
    {
        $items = array_map(
            static fn (string $id): array => ['id' => $id, 'name' => strtoupper($id)],
            $ids === '' ? [] : str_split($ids),
        );
        $headers = [...($link === null ? [] : ["Link: $link"]), ...($etag === null ? [] : ["ETag: $etag"])];

        return [200, $headers, json_encode($items)];
    }

    private static function ids(CollectionMirror $mirror): string
    {
        return implode('', array_column($mirror->sync(), 'id'));
    }

    private function assertFails(
        SyncErrorKind $kind,
        string $path,
        ?int $status = null,
        ?CollectionMirror $mirror = null,
        string $message = '',
    ): void {
        try {
            ($mirror ?? $this->mirror())->sync();
        } catch (SyncException $e) {
            $this->assertSame([$kind, $this->url($path), $status], [$e->kind, $e->url, $e->status], $message);
            $detail = $status === null ? '' : " (status $status)";
            $this->assertSame("{$kind->value} at {$e->url}$detail", $e->getMessage());

            return;
        }
        $this->fail("no error: $message");
    }

    public function testAllItemsInOrderWithoutRepeatedIds_R1(): void
    {
        $this->route([
            '/1' => [[200, ['Link: </2>; rel="next"'], '[{"id":"b","name":"\u00fc"},{"id":"12","x":[1],"name":""}]']],
            '/2' => [self::page('bc', '</3>; rel="next"')],
            '/3' => [[200, [], '[{"id":"12","name":"x"},{"id":"012","name":"y"}]']],
        ]);
        $items = array_map(static fn (object $item): array => [$item->id, $item->name], $this->mirror()->sync());
        $this->assertSame([['b', 'ü'], ['12', ''], ['c', 'C'], ['012', 'y']], $items);
        $this->assertSame(['/1', '/2', '/3'], $this->taken());
        $this->assertSame(['GET application/json'], array_unique($this->accepted));
    }

    public function testEmptyCollection_R1(): void
    {
        $this->route(['/1' => [self::page('')]]);
        $this->assertSame([], $this->mirror()->sync());
        $this->assertSame(['/1'], $this->taken());
    }

    /** @return array<string, array{string, string}> */
    public function nextPages(): array
    {
        return [
            'token' => ['</2>; rel=next', '/2'],
            'no space' => ['</2>;rel=next', '/2'],
            'words in any case' => ['</2> ; REL = "prefetch NEXT"', '/2'],
            'first of several' => ['</0>; rel="prev", </2>; title="x"; rel="next", </3>; rel="next"', '/2'],
            'commas in brackets' => ['</a,b;c>; rel=prev,</2?a=1,2;b>; title=x; rel=Next', '/2?a=1,2;b'],
            'quoted' => [
                '</0>; title="\", </3>; rel=next, <x>; rel=\"next"; rel=first, , </2>; rel="next"; crossorigin',
                '/2',
            ],
            'first rel counts' => ['</0>; rel=prev; rel=next, </2>;; rel=next;', '/2'],
            'query' => ['<?page=2>; rel=next', '/1?page=2'],
            'fragment' => ['</2#top>; rel=next', '/2'],
            'host' => ['<//HOST/2>; rel=next', '/2'],
            'absolute' => ['<http://HOST/2>; rel=next', '/2'],
        ];
    }

    /** @dataProvider nextPages */
    public function testNextPageAmongLinks_R2(string $link, string $path): void
    {
        $link = str_replace('HOST', "127.0.0.1:{$this->port}", $link);
        $this->route(['/1?page=1' => [self::page('a', $link)], $path => [self::page('b')]]);
        $this->assertSame('ab', self::ids($this->mirror('/1?page=1')));
        $this->assertSame(['/1?page=1', $path], $this->taken());
    }

    public function testSeveralLinkFieldsAndOtherRelations_R2(): void
    {
        $this->route([
            '/1' => [[200, ['Link: </0>; rel=prev', 'link: </2>; rel=next'], self::page('a')[2]]],
            '/2' => [self::page('b', '</0>; rel="prev nextish", </9>; title=next, </9>; rel, </9>')],
        ]);
        $this->assertSame('ab', self::ids($this->mirror()));
    }

    public function testOtherOriginsAreRefused_R3(): void
    {
        $other = $this->start();
        $this->route(['/2' => [self::page('b')]], 1);
        $references = [
            "http://127.0.0.1:$other/2", "//127.0.0.1:$other/2", "http://localhost:{$this->port}/2",
            "https://127.0.0.1:{$this->port}/2", "http://alice@127.0.0.1:{$this->port}/2",
            "http://:secret@127.0.0.1:{$this->port}/2", "ftp://127.0.0.1:{$this->port}/2", 'http://127.0.0.1/2',
            'javascript:alert(1)', 'http:///2',
        ];
        foreach ($references as $reference) {
            $this->route(['/1' => [self::page('a', "<$reference>; rel=next")], '/2' => [self::page('b')]]);
            $this->assertFails(SyncErrorKind::Origin, '/1', message: $reference);
            $this->assertSame([['/1'], []], [$this->taken(), $this->taken(1)]);
        }
    }

    public function testWhatIsNoListOfLinksIsRefused_R3(): void
    {
        $links = [
            '</2; rel=next', '/2; rel=next', '</2> rel=next', '</2>; rel=next x', '</2>; rel="next',
            '</2>; rel=next </3>', '</2>' . str_repeat(';    ', 500) . '"', '</2>' . str_repeat('; x =   ', 500) . '"',
            '</2>' . str_repeat('; x=""  ', 500) . '"',
        ];
        foreach ($links as $link) {
            $this->route(['/1' => [self::page('a', $link)], '/2' => [self::page('b')]]);
            $this->assertFails(SyncErrorKind::Link, '/1', message: $link);
            $this->assertSame(['/1'], $this->taken());
        }
    }

    public function testReferencesOfOtherFormsAreRefused_R3(): void
    {
        $references = ['', '2', './2', '#x', '/2 3', '/2\3', '/2"', '/2^', '/2`', '/2{', '/2|', '1x:/2'];
        foreach ($references as $reference) {
            $this->route(['/1' => [self::page('a', "<$reference>; rel=next")]]);
            $this->assertFails(SyncErrorKind::Link, '/1', message: $reference);
            $this->assertSame(['/1'], $this->taken());
        }
    }

    public function testRedirectIsNotFollowed_R3(): void
    {
        $this->route(['/1' => [[302, ['Location: /2'], '']], '/2' => [self::page('b')]]);
        $this->assertFails(SyncErrorKind::Status, '/1', 302);
        $this->assertSame(['/1'], $this->taken());
    }

    public function testRememberedPagesAreAskedForWithTheirEtags_R4(): void
    {
        $routes = [
            '/1' => [self::page('ab', '</2>; rel=next', 'W/"one"')],
            '/2' => [self::page('cd', '</3>; rel=next', '"two"')],
            '/3' => [self::page('e')],
        ];
        $this->route($routes);
        $mirror = $this->mirror();
        $this->assertSame('abcde', self::ids($mirror));
        $this->taken();
        $routes['/1'] = [[304, ['ETag: "other"'], '']];
        $this->route(['/2' => [self::page('x', '</3>; rel=next', '"new"')]] + $routes);
        $this->assertSame('abxe', self::ids($mirror));
        $this->assertSame(['/1 W/"one"', '/2 "two"', '/3'], $this->taken());
        $this->route(['/2' => [[304, [], '']]] + $routes);
        $this->assertSame('abxe', self::ids($mirror));
        $this->assertSame(['/1 W/"one"', '/2 "new"', '/3'], $this->taken());
        $this->route(['/2' => [self::page('y')]] + $routes);
        $this->assertSame(['aby', 'aby'], [self::ids($mirror), self::ids($mirror)]);
        $this->assertSame(['/1 W/"one"', '/2'], array_slice($this->taken(), 2));
    }

    public function testNobodyWhoHasTheItemsCanChangeWhatIsRemembered_R4(): void
    {
        $this->route(['/1' => [self::page('ab', null, '"1"'), [304, [], '']]]);
        $mirror = $this->mirror();
        $first = $mirror->sync();
        try {
            $first[0]->id = 'x';
            $this->fail('an item can be changed');
        } catch (Error $e) {
            $this->assertStringContainsString('readonly', $e->getMessage());
        }
        array_pop($first);
        $this->assertSame('ab', self::ids($mirror));
    }

    public function testFailedRunChangesNothingOfWhatIsRemembered_R5(): void
    {
        $this->route(['/1' => [self::page('a', '</2>; rel=next', '"1"')], '/2' => [self::page('b', null, '"2"')]]);
        $mirror = $this->mirror();
        $mirror->sync();
        $this->route(['/1' => [self::page('c', '</2>; rel=next', '"3"')], '/2' => [[500, [], '']]]);
        $this->assertFails(SyncErrorKind::Status, '/2', 500, $mirror);
        $this->taken();
        $this->route(['/1' => [[304, [], '']], '/2' => [[304, [], '']]]);
        $this->assertSame('ab', self::ids($mirror));
        $this->assertSame(['/1 "1"', '/2 "2"'], $this->taken());
    }

    public function testPagesThatAreGoneAreForgotten_R5(): void
    {
        $first = self::page('a', '</2>; rel=next');
        $this->route(['/1' => [$first, self::page('a'), $first], '/2' => [self::page('b', null, '"2"')]]);
        $mirror = $this->mirror();
        $this->assertSame(['ab', 'a', 'ab'], [self::ids($mirror), self::ids($mirror), self::ids($mirror)]);
        $this->assertSame(['/1', '/2', '/1', '/1', '/2'], $this->taken());
    }

    public function test304ThatWasNotAskedFor_R5(): void
    {
        $this->route(['/1' => [[304, [], ''], self::page('a'), [304, [], '']]]);
        $mirror = $this->mirror();
        $this->assertFails(SyncErrorKind::Status, '/1', 304, $mirror);
        $this->assertSame('a', self::ids($mirror));
        $this->assertFails(SyncErrorKind::Status, '/1', 304, $mirror);
    }

    public function testRequestedAgainAfterTheWaitThatIsAskedFor_R6(): void
    {
        $waits = ['0', '7', '60', '007', '', '-1', '1.5', '+2', '2 s', 'Wed, 21 Oct 2026 07:28:00 GMT'];
        $busy = [];
        foreach ($waits as $index => $wait) {
            $busy[] = [$index % 2 ? 503 : 429, ["Retry-After: $wait"], ''];
        }
        $this->route(['/1' => [self::page('a', null, '"1"'), ...$busy, [503, [], ''], [304, [], '']]]);
        $mirror = $this->mirror(maxRetries: 11);
        $mirror->sync();
        $this->taken();
        $this->assertSame('a', self::ids($mirror));
        $this->assertSame([0, 7, 60, 7, 1, 1, 1, 1, 1, 1, 1], $this->sleeps);
        $this->assertSame(['/1 "1"'], array_unique($this->taken()));
    }

    public function testRetriesAreCountedForEachPage_R6(): void
    {
        $busy = [503, [], ''];
        $this->route([
            '/1' => [$busy, $busy, $busy, self::page('a', '</2>; rel=next')],
            '/2' => [$busy, $busy, $busy, [429, [], ''], self::page('b')],
        ]);
        $this->assertFails(SyncErrorKind::Unavailable, '/2', 429);
        $this->assertSame([6, 8], [count($this->sleeps), count($this->taken())]);
    }

    public function testWaitThatIsTooLongEndsTheRun_R6(): void
    {
        $waits = ['61', str_repeat('9', 400), '5', '6'];
        $this->route(['/1' => array_map(static fn (string $wait): array => [429, ["Retry-After: $wait"], ''], $waits)]);
        foreach ([[], [], ['maxWait' => 5, 'maxRetries' => 2]] as $settings) {
            $this->assertFails(SyncErrorKind::Unavailable, '/1', 429, $this->mirror('/1', ...$settings));
        }
        $this->assertSame([[5], 4], [$this->sleeps, count($this->taken())]);
    }

    public function testLoopOfPagesEnds_R7(): void
    {
        $this->route(['/1' => [self::page('a', '</2>; rel=next')], '/2' => [self::page('b', '</1#again>; rel=next')]]);
        $this->assertFails(SyncErrorKind::Loop, '/1');
        $this->assertFails(SyncErrorKind::Loop, '/1', null, $this->mirror(maxPages: 2));
        $this->assertSame(['/1', '/2', '/1', '/2'], $this->taken());
    }

    public function testNoMorePagesThanTheLimit_R7(): void
    {
        $this->route([
            '/1' => [self::page('a', '</2>; rel=next')],
            '/2' => [self::page('b', '</3>; rel=next')],
            '/3' => [self::page('c')],
        ]);
        $this->assertSame('abc', self::ids($this->mirror(maxPages: 3)));
        $this->taken();
        $this->assertFails(SyncErrorKind::Pages, '/3', null, $this->mirror(maxPages: 2));
        $this->assertSame(['/1', '/2'], $this->taken());
    }

    public function testNoLongerBodyThanTheLimit_R7(): void
    {
        $body = self::page('a')[2];
        $length = strlen($body);
        $this->route([
            '/1' => [[200, [], $body]],
            '/2' => [[200, [], str_pad($body, 1 << 20)]],
            '/3' => [[200, [], str_pad($body, (1 << 20) + 1)]],
            '/4' => [[200, [], $body, true]],
        ]);
        $this->assertSame('a', self::ids($this->mirror(maxBodyBytes: $length)));
        $this->assertFails(SyncErrorKind::Size, '/1', 200, $this->mirror(maxBodyBytes: $length - 1));
        $this->assertSame('a', self::ids($this->mirror('/2')));
        $this->assertFails(SyncErrorKind::Size, '/3', 200, $this->mirror('/3'));
        $this->assertFails(SyncErrorKind::Size, '/4', 200, $this->mirror('/4', maxBodyBytes: $length - 1));
    }

    public function testOtherStatuses_R8(): void
    {
        foreach ([201, 204, 400, 401, 404, 500, 502] as $status) {
            $this->route(['/1' => [self::page('a', '</2>; rel=next')], '/2' => [[$status, [], '']]]);
            $this->assertFails(SyncErrorKind::Status, '/2', $status);
        }
    }

    public function testBodiesThatAreNoListOfItems_R8(): void
    {
        $bodies = [
            '', '[', '[{"id":"a","name":"b"}', '[{"id":"a","name":"b"}]]', '{"id":"a","name":"b"}', 'null', '[null]',
            '["a"]', '[[]]', '[{}]', '[{"id":"a"}]', '[{"name":"b"}]', '[{"id":1,"name":"b"}]',
            '[{"id":"a","name":null}]', '[{"id":"a","name":"b"},{"id":"c","name":true}]',
            "[{\"id\":\"\xff\",\"name\":\"b\"}]",
        ];
        foreach ($bodies as $body) {
            $this->route(['/1' => [[200, [], $body]]]);
            $this->assertFails(SyncErrorKind::Json, '/1', 200, null, bin2hex($body));
        }
    }

    public function testNoResponse_R8(): void
    {
        $this->route([
            '/1' => ['close'], '/2' => ['hold'], '/3' => [self::page('a')],
            '/4' => [[200, [], '[]', 'cut']], '/5' => [[200, [], '[]', true]],
        ]);
        $this->assertFails(SyncErrorKind::Connection, '/1');
        $this->assertFails(SyncErrorKind::Connection, '/2', null, $this->mirror('/2', timeout: 0.05));
        $this->assertSame('a', self::ids($this->mirror('/3')));
        $this->assertFails(SyncErrorKind::Connection, '/4', null, $this->mirror('/4'));
        $this->assertFails(SyncErrorKind::Connection, '/5', null, $this->mirror('/5', timeout: 0.05));
    }

    public function testNobodyListens_R8(): void
    {
        $listener = stream_socket_server('tcp://127.0.0.1:0');
        $this->port = (int) explode(':', stream_socket_get_name($listener, false))[1];
        fclose($listener);
        $this->assertFails(SyncErrorKind::Connection, '/1');
    }
}
