<?php

declare(strict_types=1);

namespace JsonPatch;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/JsonPatch.php';

final class JsonPatchTest extends TestCase
{
    /** Requirement => rows of document, operation and expected document. */
    private const EFFECTS = [
        'R1' => [
            ['{"a":1}', '{"op":"add","path":"/b","value":{"c":[]}}', '{"a":1,"b":{"c":[]}}'],
            ['{"a":1}', '{"op":"add","path":"/a","value":null}', '{"a":null}'],
            ['{}', '{"op":"add","path":"/","value":1}', '{"":1}'],
            [
                '{"a":{"b":{"c":1},"d":2},"e":3}',
                '{"op":"add","path":"/a/b/x","value":false}',
                '{"a":{"b":{"c":1,"x":false},"d":2},"e":3}',
            ],
            ['[1,2]', '{"op":"add","path":"/0","value":0}', '[0,1,2]'],
            ['[1,2]', '{"op":"add","path":"/1","value":[0]}', '[1,[0],2]'],
            ['[1,2]', '{"op":"add","path":"/2","value":0}', '[1,2,0]'],
            ['[1,2]', '{"op":"add","path":"/-","value":0}', '[1,2,0]'],
            ['[]', '{"op":"add","path":"/0","value":"x"}', '["x"]'],
            ['[[1],[2,3]]', '{"op":"add","path":"/1/1","value":0}', '[[1],[2,0,3]]'],
            ['{"a":1}', '{"op":"add","path":"","value":[2]}', '[2]'],
            ['{"a":1,"b":2}', '{"op":"remove","path":"/a"}', '{"b":2}'],
            ['{"a":null}', '{"op":"remove","path":"/a"}', '{}'],
            ['[1,2,3]', '{"op":"remove","path":"/0"}', '[2,3]'],
            ['[1,2,3]', '{"op":"remove","path":"/1"}', '[1,3]'],
            ['[1,2,3]', '{"op":"remove","path":"/2"}', '[1,2]'],
            ['[{"a":[1]}]', '{"op":"remove","path":"/0/a/0"}', '[{"a":[]}]'],
            ['{"a":1}', '{"op":"remove","path":""}', 'null'],
            ['{"a":1,"b":2}', '{"op":"replace","path":"/a","value":{"c":3}}', '{"a":{"c":3},"b":2}'],
            ['{"a":null}', '{"op":"replace","path":"/a","value":1}', '{"a":1}'],
            ['[1,2,3]', '{"op":"replace","path":"/2","value":[4]}', '[1,2,[4]]'],
            ['[1,2,3]', '{"op":"replace","path":"/0","value":null}', '[null,2,3]'],
            [
                '[0,0,0,0,0,0,0,0,0,0,0,{"a":1}]',
                '{"op":"replace","path":"/11/a","value":2}',
                '[0,0,0,0,0,0,0,0,0,0,0,{"a":2}]',
            ],
            ['[1]', '{"op":"replace","path":"","value":"x"}', '"x"'],
        ],
        'R2' => [
            ['{"a":[1],"b":{}}', '{"op":"copy","path":"/b/c","from":"/a"}', '{"a":[1],"b":{"c":[1]}}'],
            ['[1,2]', '{"op":"copy","path":"/0","from":"/1"}', '[2,1,2]'],
            ['{"a":1}', '{"op":"copy","path":"/b","from":""}', '{"a":1,"b":{"a":1}}'],
            ['{"a":{"b":1}}', '{"op":"copy","path":"","from":"/a"}', '{"b":1}'],
            ['{"a":1}', '{"op":"copy","path":"/a","from":"/a"}', '{"a":1}'],
            ['{"a":{"b":1}}', '{"op":"copy","path":"/a/c","from":"/a"}', '{"a":{"b":1,"c":{"b":1}}}'],
            ['{"a":{"b":1},"c":2}', '{"op":"move","path":"/c","from":"/a/b"}', '{"a":{},"c":1}'],
            ['{"a":null}', '{"op":"move","path":"/b","from":"/a"}', '{"b":null}'],
            ['[1,2,3]', '{"op":"move","path":"/2","from":"/0"}', '[2,3,1]'],
            ['[1,2,3]', '{"op":"move","path":"/-","from":"/0"}', '[2,3,1]'],
            ['[1,2,3]', '{"op":"move","path":"/0","from":"/2"}', '[3,1,2]'],
            ['[1,[2],3]', '{"op":"move","path":"/1/0","from":"/2"}', '[1,[3,2]]'],
            ['[1,[2],[3]]', '{"op":"move","path":"/1/0","from":"/0"}', '[[2],[1,3]]'],
            ['{"a":{"b":[1]}}', '{"op":"move","path":"/a","from":"/a/b"}', '{"a":[1]}'],
            ['{"a":{"b":[1]}}', '{"op":"move","path":"","from":"/a/b"}', '[1]'],
        ],
        'R3' => [
            ['{"a":1}', '{"op":"move","path":"/ab","from":"/a"}', '{"ab":1}'],
            ['{"a":1}', '{"op":"move","path":"/a~1b","from":"/a"}', '{"a/b":1}'],
            ['{"ab":1}', '{"op":"move","path":"/a","from":"/ab"}', '{"a":1}'],
            ['{"a":{"b":1}}', '{"op":"move","path":"/a/b","from":"/a/b"}', '{"a":{"b":1}}'],
            ['[1,2]', '{"op":"move","path":"/1","from":"/1"}', '[1,2]'],
            ['{"a":1}', '{"op":"move","path":"","from":""}', '{"a":1}'],
        ],
        'R5' => [
            ['{"a/b":1,"m~n":2}', '{"op":"remove","path":"/a~1b"}', '{"m~n":2}'],
            ['{"a/b":1,"m~n":2}', '{"op":"remove","path":"/m~0n"}', '{"a/b":1}'],
            ['{"~1":1,"/":2}', '{"op":"remove","path":"/~01"}', '{"/":2}'],
            ['{"/~":1}', '{"op":"replace","path":"/~1~0","value":2}', '{"/~":2}'],
            ['{"":{"":1}}', '{"op":"replace","path":"//","value":2}', '{"":{"":2}}'],
            ['{"-":1,"0":2,"01":3}', '{"op":"remove","path":"/-"}', '{"0":2,"01":3}'],
            ['{"-":1,"0":2,"01":3}', '{"op":"replace","path":"/0","value":4}', '{"-":1,"0":4,"01":3}'],
            ['{"-":1,"0":2,"01":3}', '{"op":"add","path":"/01","value":4}', '{"-":1,"0":2,"01":4}'],
            [
                '{" \"\u0001%41\n\ud83d\ude00":1}',
                '{"op":"replace","path":"/ \"\u0001%41\n\ud83d\ude00","value":2}',
                '{" \"\u0001%41\n\ud83d\ude00":2}',
            ],
            ['{}', '{"op":"add","path":"/__proto__","value":{"a":1}}', '{"__proto__":{"a":1}}'],
            ['{"__proto__":{"a":1}}', '{"op":"add","path":"/__proto__/b","value":2}', '{"__proto__":{"a":1,"b":2}}'],
            ['{"__proto__":1,"constructor":2}', '{"op":"remove","path":"/constructor"}', '{"__proto__":1}'],
            [
                '{"__proto__":1,"constructor":2}',
                '{"op":"copy","path":"/length","from":"/__proto__"}',
                '{"__proto__":1,"constructor":2,"length":1}',
            ],
        ],
        'R7' => [
            ['{"a":1}', '{"op":"remove","path":"/a","from":5,"value":1,"x":[]}', '{}'],
            ['[]', '{"op":"add","path":"","value":null}', 'null'],
        ],
    ];
    private const EQUAL = [
        ['1', '1.0'], ['-0.5', '-5e-1'], ['0', '-0.0'], ['null', 'null'], ['true', 'true'], ['"\u00e9"', '"\u00e9"'],
        ['[]', '[]'], ['{}', '{}'], ['[1,{"a":[2.0]}]', '[1.0,{"a":[2]}]'], ['{"a":1,"b":null}', '{"b":null,"a":1}'],
        ['{"0":1,"a":2}', '{"a":2,"0":1.0}'], ['9007199254740992', '9007199254740992.0'],
    ];
    private const UNEQUAL = [
        ['1', '"1"'], ['1', 'true'], ['0', 'false'], ['0', '""'], ['0', 'null'], ['false', 'null'], ['""', 'null'],
        ['1', '2'], ['1', '1.5'], ['1.5', '2.5'], ['"a"', '"A"'], ['"\u00e9"', '"e\u0301"'], ['"1"', '"1.0"'],
        ['"1e1"', '"10"'], ['true', 'false'], ['[]', '{}'], ['[]', 'null'], ['[5,6]', '{"0":5,"1":6}'],
        ['[1,2]', '[2,1]'], ['[1]', '[1,1]'], ['[1]', '1'], ['[null]', '[]'], ['{}', '{"a":null}'],
        ['{"a":null}', '{"b":null}'], ['{"a":1}', '{"a":2}'], ['[[1]]', '[[2]]'], ['{"a":1}', '{"A":1}'],
        ['{"a":1,"b":2}', '{"a":1,"b":3}'], ['{"a":1}', '1'], ['{}', 'null'],
        ['9007199254740992', '9007199254740991'], ['[0]', '[false]'], ['[""]', '[null]'], ['{"a":[1]}', '{"a":["1"]}'],
    ];
    private const INVALID = [
        '5', 'null', '"add"', '[]', '{}', '{"path":"/a","value":1}', '{"op":"add","value":1}',
        '{"op":"add","path":"/a"}', '{"op":"Add","path":"/a","value":1}', '{"op":"","path":"/a","value":1}',
        '{"op":null,"path":"/a","value":1}', '{"op":"add ","path":"/a","value":1}', '{"op":5,"path":"/a"}',
        '{"op":["add"],"path":"/a","value":1}', '{"op":"add","path":5,"value":1}',
        '{"op":"add","path":null,"value":1}', '{"op":"add","path":["a"],"value":1}', '{"op":"remove"}',
        '{"op":"remove","path":0}', '{"op":"replace","path":"/a"}', '{"op":"test","path":"/a"}',
        '{"op":"move","path":"/a"}', '{"op":"copy","path":"/a"}', '{"op":"copy","path":"/b","from":null}',
        '{"op":"move","path":"/b","from":5}', '{"op":"move","from":"/a"}', '{"op":"add","path":"x"}',
        '{"op":"copy","path":"x","from":5}', '{"Op":"remove","path":"/a"}',
    ];

    public function testAddRemoveAndReplace_R1(): void
    {
        self::assertEffects('R1');
    }

    public function testOperationsApplyToTheResultOfThoseBefore_R1(): void
    {
        self::assertPatched('{"a":1}', '{"a":1}');
        self::assertPatched(
            '{"a":[{"b":2}]}',
            '{}',
            self::add('/a', []),
            self::add('/a/-', 1),
            self::add('/a/0', (object) ['b' => 0]),
            self::operation('replace', '/a/0/b', value: 2),
            self::operation('remove', '/a/1'),
        );
    }

    public function testCopyAndMove_R2(): void
    {
        self::assertEffects('R2');
    }

    public function testWhatWasCopiedIsIndependent_R2(): void
    {
        $operations = [self::operation('copy', '/c', from: '/a'), self::add('/c/b/-', 2), self::add('/a/x', 3)];
        self::assertPatched('{"a":{"b":[1],"x":3},"c":{"b":[1,2]}}', '{"a":{"b":[1]}}', ...$operations);
    }

    public function testThePathOfAMoveIsThatAfterTheRemoval_R2(): void
    {
        self::assertFails(Reason::NotFound, 0, '[1,2,3]', self::operation('move', '/3', from: '/0'));
        self::assertFails(Reason::NotFound, 0, '{"a":{"b":1}}', self::operation('move', '/b/a', from: '/a'));
    }

    public function testMovesThatAreNotIntoItself_R3(): void
    {
        self::assertEffects('R3');
    }

    public function testALocationCannotBeMovedIntoItself_R3(): void
    {
        $moves = [['/a', '/a/b'], ['/a', '/a/b/x/y'], ['', '/a'], ['', '/'], ['/x', '/x/y'], ['/a', '/a/-']];
        foreach ($moves as [$from, $path]) {
            self::assertFails(Reason::IntoItself, 0, '{"a":{"b":{}}}', self::operation('move', $path, from: $from));
        }
        self::assertFails(Reason::NotFound, 0, '{"a":1}', self::operation('move', '/x', from: '/x'));
        self::assertFails(Reason::NotFound, 0, '[1]', self::operation('move', '/-', from: '/-'));
    }

    public function testEqualValues_R4(): void
    {
        foreach (self::inBothOrders(self::EQUAL) as [$value, $expected]) {
            $test = '{"op":"test","path":"/0","value":' . $expected . '}';
            self::assertPatched("[$value]", "[$value]", $test);
        }
        self::assertPatched('[1]', '[1]', self::operation('test', '', value: [1]));
    }

    public function testUnequalValues_R4(): void
    {
        foreach (self::inBothOrders(self::UNEQUAL) as [$value, $expected]) {
            $test = '{"op":"test","path":"/0","value":' . $expected . '}';
            self::assertFails(Reason::TestFailed, 0, "[$value]", $test);
        }
    }

    public function testUnusualNames_R5(): void
    {
        self::assertEffects('R5');
    }

    public function testInvalidPointers_R5(): void
    {
        foreach (['a', 'a/b', ' ', '#/a', '/~', '/~2', '/a~/b', '/a~', '/~~0', "x\n/a", "/a/~\n", "x\n"] as $pointer) {
            $operations = [
                self::operation('remove', $pointer),
                self::operation('copy', '/x', from: $pointer),
                self::operation('copy', $pointer, from: '/x'),
                self::operation('move', $pointer, from: '/a'),
                self::operation('test', $pointer, value: 1),
                self::operation('move', $pointer, from: ''),
            ];
            foreach ($operations as $operation) {
                self::assertFails(Reason::InvalidPointer, 0, '{"a":1}', $operation);
            }
        }
    }

    public function testNamesThatTheDocumentDoesNotHaveAreNotFound_R5(): void
    {
        foreach (['__proto__', 'constructor', '__construct', "\0a", 'length', '0', 'A', 'a ', ''] as $name) {
            self::assertFails(Reason::NotFound, 0, '{"a":1}', self::operation('remove', "/$name"));
            self::assertFails(Reason::NotFound, 0, '{"a":1}', self::add("/$name/x", 1));
        }
    }

    public function testInvalidIndexes_R6(): void
    {
        $tokens = [
            '01', '00', '-1', '+1', '1.0', '1e0', ' 1', '1 ', "1\n", '0x1', "\u{661}", "\u{ff11}", 'a', '', '--',
        ];
        foreach ($tokens as $token) {
            $operations = [
                self::add("/$token", 1),
                self::operation('remove', "/$token"),
                self::operation('replace', "/$token", value: 1),
                self::operation('test', "/$token", value: 1),
                self::add("/$token/a", 1),
                self::operation('copy', '/0', from: "/$token"),
                self::operation('move', "/$token", from: '/0'),
                self::operation('remove', "/$token/0"),
            ];
            foreach ($operations as $operation) {
                self::assertFails(Reason::InvalidIndex, 0, '[[1],[2]]', $operation);
            }
        }
    }

    public function testWhatIsNotFound_R6(): void
    {
        $document = '{"a":[1,[2]],"b":"text","c":5,"d":null,"e":true}';
        $paths = [
            '/x', '/a/2', '/a/-', '/a/99999999999999999999', '/a/1/1', '/a/1/-', '/a/0/0', '/b/0', '/c/0', '/d/x',
            '/e/x', '/x/y', '/a/4294967296', '/a/' . str_repeat('9', 400),
        ];
        foreach ($paths as $path) {
            $operations = [
                self::operation('remove', $path),
                self::operation('replace', $path, value: 1),
                self::operation('test', $path, value: 1),
                self::operation('copy', '', from: $path),
                self::operation('move', '/y', from: $path),
                self::add("$path/z", 1),
            ];
            foreach ($operations as $operation) {
                self::assertFails(Reason::NotFound, 0, $document, $operation);
            }
        }
        $paths = [
            '/a/3', '/a/99999999999999999999', '/a/4294967296', '/a/1/2', '/b/0', '/c/x', '/d/-', '/e/x', '/x/y',
            '/a/-/0', '/a/' . str_repeat('9', 400),
        ];
        foreach ($paths as $path) {
            self::assertFails(Reason::NotFound, 0, $document, self::add($path, 1));
            self::assertFails(Reason::NotFound, 0, $document, self::operation('copy', $path, from: '/c'));
        }
    }

    public function testTheFirstProblemOnTheWayCounts_R6(): void
    {
        self::assertFails(Reason::NotFound, 0, '{"a":[1]}', self::operation('remove', '/a/5/01'));
        self::assertFails(Reason::InvalidIndex, 0, '{"a":[1]}', self::operation('remove', '/a/01/5/x'));
        self::assertFails(Reason::InvalidIndex, 0, '[1]', self::operation('copy', '/7', from: '/01'));
        self::assertFails(Reason::NotFound, 0, '[1]', self::operation('move', '/01', from: '/7'));
    }

    public function testInvalidOperations_R7(): void
    {
        foreach (self::INVALID as $operation) {
            self::assertFails(Reason::InvalidOperation, 0, '{"a":1}', $operation);
        }
    }

    public function testOtherMembersAreIgnoredAndANullValueIsThere_R7(): void
    {
        self::assertEffects('R7');
        $operations = [self::add('/-', null), self::operation('test', '/1', value: null)];
        self::assertPatched('[0,null]', '[0]', ...$operations);
    }

    public function testTheFirstOperationThatFailsIsReported_R8(): void
    {
        $failing = self::operation('test', '/a', value: 2);
        $removing = self::operation('remove', '/a');
        self::assertFails(Reason::TestFailed, 1, '{"a":1}', self::add('/b', 2), $failing, '5');
        self::assertFails(Reason::InvalidOperation, 2, '{"a":1}', $removing, self::add('/a', 1), '{}', $removing);
        self::assertFails(Reason::NotFound, 1, '{"a":1}', $removing, $removing, self::operation('remove', 'a'));
        self::assertFails(Reason::InvalidPointer, 1, '{"a":1}', $removing, self::operation('remove', 'a'));
    }

    public function testPatchAndDocumentStayAsTheyAre_R8(): void
    {
        $operations = [
            self::add('/b', (object) ['c' => [1]]),
            self::add('/b/c/-', 2),
            self::operation('replace', '/a/0', value: (object) ['d' => 1]),
            self::add('/a/0/e', 2),
            self::add('/a/1/f', 1),
            self::operation('remove', '/a/1/g'),
        ];
        $expected = '{"a":[{"d":1,"e":2},{"f":1}],"b":{"c":[1,2]}}';
        self::assertPatched($expected, '{"a":[0,{"g":1}]}', ...$operations);
        $operations[] = self::operation('test', '/a', value: 0);
        self::assertFails(Reason::TestFailed, 6, '{"a":[0,{"g":1}]}', ...$operations);
    }

    private static function operation(string $op, string $path, mixed ...$members): string
    {
        return json_encode(['op' => $op, 'path' => $path, ...$members], JSON_THROW_ON_ERROR);
    }

    private static function add(string $path, mixed $value): string
    {
        return self::operation('add', $path, value: $value);
    }

    /**
     * @param list<array{string, string}> $pairs
     * @return list<array{string, string}>
     */
    private static function inBothOrders(array $pairs): array
    {
        return [...$pairs, ...array_map(array_reverse(...), $pairs)];
    }

    private static function assertEffects(string $requirement): void
    {
        foreach (self::EFFECTS[$requirement] as [$document, $operation, $expected]) {
            self::assertPatched($expected, $document, $operation);
        }
    }

    /** Applies a patch, given as JSON, and checks that neither document nor patch is changed. */
    private static function patched(string $document, string ...$operations): mixed
    {
        $given = json_decode($document, flags: JSON_THROW_ON_ERROR);
        $patch = json_decode('[' . implode(',', $operations) . ']', flags: JSON_THROW_ON_ERROR);
        $before = serialize([$given, $patch]);
        try {
            return JsonPatch::apply($given, $patch);
        } finally {
            self::assertSame($before, serialize([$given, $patch]));
        }
    }

    private static function assertPatched(string $expected, string $document, string ...$operations): void
    {
        $actual = self::patched($document, ...$operations);
        $expected = json_decode($expected, flags: JSON_THROW_ON_ERROR);
        $message = $document . ' ' . implode(' ', $operations);
        self::assertSame(serialize(self::sorted($expected)), serialize(self::sorted($actual)), $message);
    }

    /** Returns the value with the members of objects in the order of their names. */
    private static function sorted(mixed $value): mixed
    {
        if (is_array($value)) {
            return array_map(self::sorted(...), $value);
        }
        if ($value instanceof \stdClass) {
            $members = array_map(self::sorted(...), get_object_vars($value));
            ksort($members);

            return (object) $members;
        }

        return $value;
    }

    private static function assertFails(Reason $reason, int $index, string $document, string ...$operations): void
    {
        $message = $document . ' ' . implode(' ', $operations);
        try {
            self::patched($document, ...$operations);
        } catch (PatchException $exception) {
            self::assertSame($reason, $exception->reason, $message);
            self::assertSame($index, $exception->operation, $message);

            return;
        }
        self::fail("no exception: $message");
    }
}
