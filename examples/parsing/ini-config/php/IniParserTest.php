<?php

declare(strict_types=1);

use IniConfig\IniParser;
use IniConfig\InvalidValueException;
use IniConfig\MissingSettingException;
use IniConfig\ParseException;
use IniConfig\Problem;
use IniConfig\SettingException;
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/IniParser.php';

final class IniParserTest extends TestCase
{
    public function testSettingsBySectionAndKey_R1(): void
    {
        $config = IniParser::parse("top = 1\n\n; a comment = x\n[web]\n# [other]\nport = 80\nhost=example.com\n"
            . "[Db.main_2-b]\nport = 5432\n");
        $this->assertSame('1', $config->get('', 'top'));
        $this->assertSame('80', $config->get('web', 'port'));
        $this->assertSame('example.com', $config->get('web', 'host'));
        $this->assertSame('5432', $config->get('Db.main_2-b', 'port'));
        $this->assertNull($config->get('web', 'top'));
        $this->assertNull($config->get('', '; a comment'));
    }

    public function testValuesAsTheyStand_R1(): void
    {
        $this->assertSame('b = "c" ; d', $this->valueOf('b = "c" ; d'));
        foreach (['', 'x', 'C:\new', '#1', '; 2', '[s]', '1  2', 'b"', "\u{e9}\u{a0}"] as $value) {
            $this->assertSame($value, $this->valueOf($value));
        }
        $this->assertSame('', IniParser::parse('a=')->get('', 'a'));
    }

    public function testSpacesAndTabsAround_R1(): void
    {
        $config = IniParser::parse(" \t[s] \t\n\t k.1 \t=\t v \t\n  ; x\n\t# y\n \t\n");
        $this->assertSame('v', $config->get('s', 'k.1'));
        $this->assertSame('w', IniParser::parse('A_b-9.=w')->get('', 'A_b-9.'));
    }

    public function testNamesThatAreNumbers_R1(): void
    {
        $config = IniParser::parse("[1]\n2 = a\n02 = b\n[01]\n2 = c\n");
        $found = [$config->get('1', '2'), $config->get('1', '02'), $config->get('01', '2'), $config->get('01', '02')];
        $this->assertSame(['a', 'b', 'c', null], $found);
    }

    /** @dataProvider quotedValues */
    public function testQuotedValues_R2(string $text, string $expected): void
    {
        $this->assertSame($expected, $this->valueOf($text));
    }

    public function quotedValues(): array
    {
        return [
            ['" b "', ' b '],
            ["\"\tb\t\" \t", "\tb\t"],
            ['""', ''],
            ['"a;b#c=d"', 'a;b#c=d'],
            ['"\" \\\\ \n \t"', "\" \\ \n \t"],
            ['"\\\\n"', '\n'],
            ['"\\\\"', '\\'],
            ['"\""', '"'],
            ['"[s]"', '[s]'],
        ];
    }

    public function testVeryLongQuotedValue_R2(): void
    {
        $this->assertTrue($this->valueOf('"' . str_repeat('x\n', 1_000_000) . '"') === str_repeat("x\n", 1_000_000));
    }

    public function testEndsOfLines_R3(): void
    {
        $config = IniParser::parse("a = 1\r\n[s]\r\n\r\n; x\r\nb = \"2\"\r\nc = 3 \r\nd = 4\r");
        $found = [$config->get('', 'a'), $config->get('s', 'b'), $config->get('s', 'c'), $config->get('s', 'd')];
        $this->assertSame(['1', '2', '3', '4'], $found);
        $this->assertSame('2', IniParser::parse("a = 1\n\n\nb = 2")->get('', 'b'));
    }

    public function testOnlyOneCarriageReturnAtTheEndDoesNotCount_R3(): void
    {
        $this->assertSame("1\r2\r", IniParser::parse("a = 1\r2\r\r\n")->get('', 'a'));
        $this->assertSame([[1, 'bad-section']], $this->problemsOf("[s]\r\r\n"));
    }

    public function testEmptyTexts_R3(): void
    {
        foreach (['', "\n", "\r\n\r\n", " \t", "; only\n# comments"] as $text) {
            $this->assertNull(IniParser::parse($text)->get('', 'a'));
            $this->assertSame('1', IniParser::parse("$text\na = 1")->get('', 'a'));
        }
    }

    public function testContinuedSectionsAndLetterCase_R3(): void
    {
        $config = IniParser::parse("[s]\na = 1\n[S]\na = 2\nA = 3\n[s]\nb = 4\n");
        $found = [$config->get('s', 'a'), $config->get('s', 'b'), $config->get('S', 'a'), $config->get('S', 'A')];
        $this->assertSame(['1', '4', '2', '3'], $found);
        foreach ([['s', 'A'], ['S', 'b'], ['t', 'a'], ['', 'a'], ['s', '']] as [$section, $key]) {
            $this->assertNull($config->get($section, $key), "[$section] $key");
        }
    }

    /** @dataProvider badLines */
    public function testReasons_R4(string $reason, array $lines): void
    {
        foreach ($lines as $line) {
            $this->assertSame([[3, $reason]], $this->problemsOf("\nok = 1\n $line\t\nlast = 2"), $line);
        }
    }

    public function badLines(): array
    {
        $sections = ['[a b]', '[]', '[a] x', '[a', '[[a]]', '[ a]', '[a ]', '[a]]', "[\u{e9}]", '[a] = 1', '['];
        $escapes = ['a = "\x', 'a = "\r"', 'a = "\\\'"', 'a = "b\N" c', 'a = "\\\\\q"', "a = \"\\\u{e9}\"", 'a = "\ "'];
        $ends = ['a = "b\"', 'a = "', 'a = "b', 'a = "\\', 'a = "b\\\\\"', 'a = "b\n\\', 'a = "b; c'];
        $keys = ['= 1', '=', 'a b = "', 'a! = 1', "\u{e9} = 1", "a\t b=", '"a" = 1', 'a[] = 1', 'a: 1 = "\x'];

        return [
            ['bad-section', $sections],
            ['missing-equals', ['a', 'a: 1', 'a b', '"a"', 'a]', 'a ; b']],
            ['bad-key', $keys],
            ['bad-escape', $escapes],
            ['unterminated', $ends],
            ['trailing-text', ['a = "b" c', 'a = """', 'a = "" ;', 'a = "b"\x', 'a = "b" "c"', 'a = "\\\\"\\']],
        ];
    }

    public function testAllProblemsAtOnce_R5(): void
    {
        $text = "[a\nb\n\n; c\n= 1\na = \"\\x\"\n[s]\nd = \"\ne = 1\ne = 2\nf = \"g\" h\n[t] u\n";
        $expected = [
            [1, 'bad-section'], [2, 'missing-equals'], [5, 'bad-key'], [6, 'bad-escape'], [8, 'unterminated'],
            [10, 'duplicate-key'], [11, 'trailing-text'], [12, 'bad-section'],
        ];
        $this->assertSame($expected, $this->problemsOf($text));
    }

    /** @dataProvider duplicates */
    public function testDuplicates_R5(string $text, array $expected): void
    {
        $this->assertSame($expected, $this->problemsOf($text));
    }

    public function duplicates(): array
    {
        return [
            ["a = 1\na = 1\nb = 2\na = \"3\"", [[2, 'duplicate-key'], [4, 'duplicate-key']]],
            ["[s]\na = 1\n[t]\na = 2\n[s]\na = 3\n", [[6, 'duplicate-key']]],
            ["a =\na =", [[2, 'duplicate-key']]],
            ["a = \"\na = 1", [[1, 'unterminated']]],
            ["a = 1\na = 2\na = \"\\x\"", [[2, 'duplicate-key'], [3, 'bad-escape']]],
            ["a = 1\n[s\na = 1\na = 2\nx\n[s]\na = 3\n", [[2, 'bad-section'], [5, 'missing-equals']]],
            ["[s]\na = 1\n[]\na = 1\n[s]\nb = 1\na = 1\n", [[3, 'bad-section'], [7, 'duplicate-key']]],
        ];
    }

    public function testMessageOfAParseException_R5(): void
    {
        $this->expectException(ParseException::class);
        $this->expectExceptionMessageMatches('/\Aline 1: missing-equals\nline 3: bad-section\z/');
        IniParser::parse("a\n\n[\n");
    }

    /** @dataProvider integers */
    public function testIntegers_R6(string $text, int $expected): void
    {
        $this->assertSame($expected, IniParser::parse("[s]\na = $text")->integer('s', 'a'));
    }

    public function integers(): array
    {
        return [
            ['0', 0],
            ['-0', 0],
            ['42', 42],
            ['-7', -7],
            ['10', 10],
            ['"99"', 99],
            ['9223372036854775807', PHP_INT_MAX],
            ['-9223372036854775808', PHP_INT_MIN],
        ];
    }

    public function testWhatIsNoInteger_R6(): void
    {
        $texts = ['007', '00', '-01', '+1', '1.0', '1e3', '0x1', '1_000', '', '-', '--1', '1 2', "\u{665}", 'yes', "1\n",
            ' 1', '9223372036854775808', '-9223372036854775809', '99999999999999999999'];
        foreach ($texts as $text) {
            $config = IniParser::parse('[s]' . "\n" . 'a = "' . str_replace("\n", '\n', $text) . '"');
            $this->assertInvalid($text, static fn (): int => $config->integer('s', 'a'));
        }
    }

    public function testBooleans_R7(): void
    {
        $config = IniParser::parse("[s]\na = true\nb = Yes\nc = oN\nd = 1\ne = FALSE\nf = no\ng = Off\nh = 0\n");
        $found = array_map(static fn (string $key): bool => $config->boolean('s', $key), range('a', 'h'));
        $this->assertSame([true, true, true, true, false, false, false, false], $found);
    }

    public function testWhatIsNoBoolean_R7(): void
    {
        foreach (['2', 'y', '', 'truee', 'tru', '01', 'enabled', 'o n', '-1', "\u{ff4f}n", "on\n"] as $text) {
            $config = IniParser::parse('[s]' . "\n" . 'a = "' . str_replace("\n", '\n', $text) . '"');
            $this->assertInvalid($text, static fn (): bool => $config->boolean('s', 'a'));
        }
    }

    /**
     * @testWith ["s", "a"]
     *           ["", "b"]
     *           ["t", "b"]
     */
    public function testMissingSettings_R6_R7(string $section, string $key): void
    {
        $config = IniParser::parse("a = 1\n[s]\nb = 1\n");
        foreach ([$config->integer(...), $config->boolean(...)] as $read) {
            $error = $this->errorOf(static fn (): mixed => $read($section, $key));
            $this->assertInstanceOf(MissingSettingException::class, $error);
            $this->assertSame([$section, $key], [$error->section, $error->key]);
        }
    }

    public function testMessagesNameTheSetting_R6_R7(): void
    {
        $config = IniParser::parse("[web]\nport = http\n");
        $message = fn (\Closure $read): string => $this->errorOf($read)->getMessage();
        $this->assertMatchesRegularExpression('/web.*port.*http/', $message(fn () => $config->integer('web', 'port')));
        $this->assertMatchesRegularExpression('/web.*port.*http/', $message(fn () => $config->boolean('web', 'port')));
        $this->assertMatchesRegularExpression('/web.*host/', $message(fn () => $config->boolean('web', 'host')));
    }

    public function testLongLines_R8(): void
    {
        $spread = 'x' . str_repeat(' ', 30_000) . 'y';
        $quoted = '"' . str_repeat('x\n', 100_000) . '"';
        foreach ([[$spread, $spread], [$quoted, str_repeat("x\n", 100_000)]] as [$text, $expected]) {
            $started = hrtime(true);
            $found = $this->valueOf($text);
            $this->assertLessThan(2e9, hrtime(true) - $started);
            $this->assertTrue($found === $expected);
        }
    }

    /** What stands after "a = " in the only setting of a text. */
    private function valueOf(string $text): ?string
    {
        return IniParser::parse("a = $text")->get('', 'a');
    }

    /** @return list<array{int, string}> */
    private function problemsOf(string $text): array
    {
        try {
            IniParser::parse($text);
        } catch (ParseException $error) {
            return array_map(static fn (Problem $one): array => [$one->line, $one->reason->value], $error->problems);
        }
        $this->fail('no error');
    }

    private function errorOf(\Closure $read): SettingException
    {
        try {
            $read();
        } catch (SettingException $error) {
            return $error;
        }
        $this->fail('no error');
    }

    private function assertInvalid(string $value, \Closure $read): void
    {
        $error = $this->errorOf($read);
        $this->assertInstanceOf(InvalidValueException::class, $error, $value);
        $this->assertSame(['s', 'a', $value], [$error->section, $error->key, $error->value]);
    }
}
