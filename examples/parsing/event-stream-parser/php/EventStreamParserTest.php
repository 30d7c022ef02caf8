<?php

declare(strict_types=1);

namespace EventStream;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/EventStreamParser.php';

final class EventStreamParserTest extends TestCase
{
    private const MARK = "\u{feff}";

    /** What was told since the last call of told: events as "[type|id]data;", reconnection times as "(500);". */
    private string $told = '';

    public function testEvents_R1(): void
    {
        $this->expect("event: a\ndata: 1\ndata: 2\n\n", "[a|]1\n2;");
        $this->expect("data: 1\n\ndata: 2\n\n", '[message|]1;[message|]2;');
        $this->expect("data: 1\nid: 7\nevent: b\n\n", '[b|7]1;');
        $this->expect("event: a\nevent: b\ndata: 1\n\n", '[b|]1;');
        $this->expect("event: é\nid: 好\ndata: 你好\n\n", '[é|好]你好;');
        $this->expect("data: a\0b\n\n", "[message|]a\0b;");
        $this->expect("event: 0\nid: 0\ndata: 0\n\n", '[0|0]0;');
    }

    public function testToldWithTheByteThatCompletesIt_R2(): void
    {
        $parser = $this->parser(100);
        foreach (
            [
                ['da', ''],
                ["ta: 1\xe4", ''],
                ["\xbd\xa0\r", ''],
                ["\n", ''],
                ['', ''],
                ["\r", '[message|]1你;'],
                ["\nretry: 5", ''],
                ["\n", '(5);'],
                ["data\n\ndata: 2\n\nda", '[message|];[message|]2;'],
            ] as [$chunk, $expected]
        ) {
            $this->assertFeed($expected, $parser, $chunk);
        }
    }

    public function testLineEnds_R3(): void
    {
        $this->expect("data:1\r\rdata:2\n\ndata:3\r\n\r\n", '[message|]1;[message|]2;[message|]3;');
        $this->expect("data:1\r\ndata:2\r\n\r\n", "[message|]1\n2;");
        $this->expect("data:1\rdata:2\ndata:3\r\n\n", "[message|]1\n2\n3;");
        $this->expect("data:1\n\rdata:2\n\n", '[message|]1;[message|]2;');
        $this->expect("data:1\r\r\ndata:2\n\n", '[message|]1;[message|]2;');
        $this->expect("data:1\r\n\ndata:2\n\n", '[message|]1;[message|]2;');
        $this->expect("data:1\v2\f3\u{85}\u{2028} 4\n\n", "[message|]1\v2\f3\u{85}\u{2028} 4;");
    }

    public function testNamesAndValues_R4(): void
    {
        $this->expect("data:1\ndata: 2\ndata:  3\ndata:\t4\ndata:5 \n\n", "[message|]1\n2\n 3\n\t4\n5 ;");
        $this->expect("data: a:b: c\n\n", '[message|]a:b: c;');
        $this->expect(": data: 1\n:\n:data\ndata: 2\n\n", '[message|]2;');
        $this->expect("Data: 1\n data: 2\ndata : 3\ndatas: 4\ndat: 5\n0\nEvent: x\ndata: 6\n\n", '[message|]6;');
    }

    public function testByteOrderMark_R4(): void
    {
        $this->expect(self::MARK . "data: 1\n\n", '[message|]1;');
        $this->expect(self::MARK . ": c\ndata: 1\n\n", '[message|]1;');
        $this->expect(self::MARK . self::MARK . "data: 1\n\ndata: 2\n\n", '[message|]2;');
        $this->expect("data: 1\n\n" . self::MARK . "data: 2\n\n", '[message|]1;');
        $this->expect("\n" . self::MARK . "data: 2\n\ndata: 3\n\n", '[message|]3;');
    }

    public function testLastEventId_R5(): void
    {
        $told = '[message|1]a;[message|1]b;[message|2]c;';
        $this->expect("id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", $told);
        $this->expect("id: 1\n\ndata: a\n\n", '[message|1]a;');
        $this->expect("id: 1\ndata: a\n\nid\ndata: b\n\n", '[message|1]a;[message|]b;');
        $this->expect("id: 1\nid:\ndata: a\n\n", '[message|]a;');
        $this->expect("id: 1\nid: 2\0\nid: \0\ndata: a\n\n", '[message|1]a;');
    }

    public function testWhatIsNotTold_R6(): void
    {
        $this->expect("event: a\n\ndata: 1\n\n", '[message|]1;');
        $this->expect("event: a\nid: 3\n\n\n\ndata: 1\n\n", '[message|3]1;');
        $this->expect("data\n\n", '[message|];');
        $this->expect("data:\n\n", '[message|];');
        $this->expect("data\ndata\n\n", "[message|]\n;");
        $this->expect("data\ndata: 1\ndata\n\n", "[message|]\n1\n;");
        $this->expect("event: a\nevent:\ndata: 1\n\n", '[message|]1;');
        $this->expect("data: 1\n\ndata: 2\n", '[message|]1;');
        $this->expect("data: 1\n\ndata: 2", '[message|]1;');
        $this->expect("\n\n\r\r\ndata: 1\n\n\n", '[message|]1;');
    }

    public function testReconnectionTimes_R7(): void
    {
        $this->expect("data: 1\nretry: 500\n\nretry:0\nretry:000000012\n", '(500);[message|]1;(0);(12);');
        $this->expect("retry: 999999999\n", '(999999999);');
        $others = ['1000000000', '', '-1', '+1', '1.5', '1 ', ' 1', '0x1', '1e3', '1:2', "\u{ff11}", '1_0', '12a'];
        foreach ($others as $value) {
            $this->expect("retry: $value\nretry\nRetry: 1\nretry: 3\n", '(3);');
        }
    }

    public function testLinesOfTheLimit_R8(): void
    {
        $parser = $this->parser(8);
        $this->assertFeed('[message|4567]12;', $parser, "data: 12\r\nid: 4567\n:234567\n\n");
        $this->assertRefuses(TooLargeException::class, $parser, "data: 1\n\ndata: 123");
        self::assertSame('[message|4567]1;', $this->told());
        $this->assertRefuses(ClosedException::class, $parser, "\n\n");
        $this->assertRefuses(ClosedException::class, $parser, '');
        self::assertSame('', $this->told());
    }

    public function testALineThatHasNotEnded_R8(): void
    {
        $parser = $this->parser(8);
        $this->assertFeed('', $parser, ':1234567');
        $this->assertFeed('', $parser, '');
        $this->assertRefuses(TooLargeException::class, $parser, '8');
    }

    public function testTheByteOrderMarkCounts_R8(): void
    {
        $this->assertFeed('[message|];', $this->parser(8), self::MARK . "data:\n\n");
        $this->assertRefuses(TooLargeException::class, $this->parser(8), self::MARK . "data:1\n");
    }

    public function testDataOfTheLimit_R8(): void
    {
        $parser = $this->parser(7);
        $this->assertFeed("[message|]12\n45\n;", $parser, "data:12\ndata:45\ndata\n\n");
        $this->assertFeed("[message|]12\n45\n7;", $parser, "data:12\ndata:45\ndata:7\n\n");
        $this->assertFeed('', $parser, "data:12\ndata:45\ndata:78");
        $this->assertRefuses(TooLargeException::class, $parser, "\n");
        $this->assertRefuses(ClosedException::class, $parser, "\n");
    }

    public function testLineFeedsCountAsData_R8(): void
    {
        $parser = $this->parser(5);
        $this->assertFeed('', $parser, str_repeat("data\n", 6));
        $this->assertRefuses(TooLargeException::class, $parser, "data\n");
    }

    public function testTheLimitIsInBytes_R8(): void
    {
        $parser = $this->parser(8);
        $this->assertFeed("[message|]你\n好;", $parser, "data:你\ndata:好\n\n");
        $this->assertRefuses(TooLargeException::class, $parser, "data:你\ndata:好\ndata:1\n");
    }

    public function testLeastLimit_R8(): void
    {
        $parser = $this->parser(1);
        $this->assertFeed('', $parser, ":\n");
        $this->assertRefuses(TooLargeException::class, $parser, '::');
        foreach ([0, -1] as $limit) {
            try {
                $this->parser($limit);
                self::fail("limit $limit is accepted");
            } catch (\InvalidArgumentException $error) {
                self::assertStringContainsString((string) $limit, $error->getMessage());
            }
        }
    }

    private function parser(int $limit): EventStreamParser
    {
        return new EventStreamParser(
            $limit,
            function (StreamEvent $event): void {
                $this->told .= "[$event->type|$event->lastId]$event->data;";
            },
            function (int $milliseconds): void {
                $this->told .= "($milliseconds);";
            },
        );
    }

    private function told(): string
    {
        [$told, $this->told] = [$this->told, ''];

        return $told;
    }

    private function assertFeed(string $expected, EventStreamParser $parser, string $chunk): void
    {
        $parser->feed($chunk);
        self::assertSame($expected, $this->told());
    }

    /** @param class-string<\Throwable> $expected */
    private function assertRefuses(string $expected, EventStreamParser $parser, string $chunk): void
    {
        try {
            $parser->feed($chunk);
            self::fail("$chunk is accepted");
        } catch (TooLargeException | ClosedException $error) {
            self::assertInstanceOf($expected, $error);
        }
    }

    /** Feeds in chunks of several sizes. */
    private function expect(string $stream, string $expected): void
    {
        foreach ([1, 2, 3, 5, strlen($stream) + 1] as $size) {
            $parser = $this->parser(1000);
            foreach (str_split($stream, $size) as $chunk) {
                $parser->feed($chunk);
            }
            self::assertSame($expected, $this->told(), "$stream by $size");
        }
    }
}
