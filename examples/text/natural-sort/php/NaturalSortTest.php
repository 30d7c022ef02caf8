<?php

declare(strict_types=1);

namespace NaturalSort;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/NaturalSort.php';

final class NaturalSortTest extends TestCase
{
    /** The names come out in this order, from whatever order they go in: all rotations, forwards and backwards. */
    private function assertOrder(string ...$expected): void
    {
        foreach ([$expected, array_reverse($expected)] as $names) {
            for ($turn = 0; $turn < count($names); $turn++) {
                $this->assertSame($expected, NaturalSort::sort($names));
                $names[] = array_shift($names);
            }
        }
    }

    public function testNumbersByValue_R1(): void
    {
        $this->assertOrder('file1', 'file2', 'file10');
        $this->assertOrder('v1.9.3', 'v1.10.0', 'v1.10.2', 'v2.0.0');
        $this->assertOrder('a0b2', 'a0b10', 'a1b1');
        $this->assertOrder('1', '9', '10', '100');
        $this->assertOrder('img 7.png', 'img 12.png', 'img 12a.png');
    }

    public function testTextBetweenNumbers_R1(): void
    {
        $this->assertOrder('a1', 'a1-', 'a1b', 'ab1', 'b1');
        $this->assertOrder('a', 'z', 'é', "\u{fffd}", "\u{1f600}");
        $this->assertOrder("\u{1f600}a", "\u{1f600}b", "\u{1f600}\u{1f600}");
    }

    public function testNamesThatLookLikeNumbersAreNot_R1(): void
    {
        $this->assertOrder('0e1', '0e2', '0e10', '0x1A', '1e1', '9', '10');
    }

    public function testCaseIsIgnored_R2(): void
    {
        $this->assertOrder('a1', 'B2', 'c3');
        $this->assertOrder('a9', 'A10');
        $this->assertOrder('a', 'AB');
        $this->assertOrder('é1', 'É2', 'é10');
        $this->assertOrder('οδος.a1', 'ΟΔΟΣ.A2', 'οδος.a10');
    }

    public function testEqualsComeByCodePoints_R3(): void
    {
        $this->assertOrder('file01', 'file1');
        $this->assertOrder('A', 'a');
        $this->assertOrder('a0', 'a00');
        $this->assertOrder('B1', 'b01', 'b1');
        $this->assertOrder('X01y', 'X1Y', 'x01Y', 'x1y');
    }

    public function testTiesYieldToLaterDifferences_R3(): void
    {
        $this->assertOrder('a1b1', 'a01b2', 'a1b3');
    }

    public function testLongNumbers_R4(): void
    {
        foreach ([20, 5_000, 10_000] as $digits) {
            $low = 'n' . str_repeat('1', $digits);
            $this->assertOrder('n2', $low, substr($low, 0, -1) . '2', $low . '0');
        }
    }

    public function testLeadingZerosDoNotLengthenANumber_R4(): void
    {
        $this->assertOrder('n' . str_repeat('0', 6_000) . '1', 'n2', 'n10');
    }

    public function testDigitsAndTextMix_R5(): void
    {
        $this->assertOrder('', '1', '1a', '2', '10', 'a', 'a1', 'b');
        $this->assertOrder('a', 'a1', 'a1b', 'ab');
        $this->assertOrder('9-', '10', '-1');
        $this->assertOrder('a1', 'a ', 'a-1');
    }

    public function testOtherDigitsAreText_R6(): void
    {
        $this->assertOrder('x9', 'x²', 'x٣');
        $this->assertOrder('x10', 'x²');
        $this->assertOrder('٢1', '٢2', '٢10');
        $this->assertOrder('a٣', 'a٣٠', 'a٤');
    }

    public function testInputIsLeftAsItWas_R7(): void
    {
        $names = ['b', 'a10', 'a2', 'b'];
        $this->assertSame(['a2', 'a10', 'b', 'b'], NaturalSort::sort($names));
        $this->assertSame(['b', 'a10', 'a2', 'b'], $names);
    }

    public function testEmptyListGivesAnEmptyList_R7(): void
    {
        $this->assertSame([], NaturalSort::sort([]));
    }

    /** @dataProvider wrongItems */
    public function testWrongItemIsNamedByItsIndex_R8(array $names, int $index): void
    {
        $this->expectException(\TypeError::class);
        $this->expectExceptionMessageMatches("/\\b$index\\b/");
        NaturalSort::sort($names);
    }

    public static function wrongItems(): array
    {
        return [
            'number' => [[3], 0],
            'null' => [['a', null], 1],
            'float' => [['a', 'b', 1.5, 4], 2],
            'list' => [['a', ['b']], 1],
        ];
    }
}
