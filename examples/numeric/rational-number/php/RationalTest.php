<?php

declare(strict_types=1);

use ExactFractions\Rational;
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/Rational.php';

final class RationalTest extends TestCase
{
    /** @dataProvider forms */
    public function testOneForm_R1(int $numerator, int $denominator, int $lowest, int $below, string $text): void
    {
        $value = new Rational($numerator, $denominator);
        $this->assertSame($lowest, $value->numerator);
        $this->assertSame($below, $value->denominator);
        $this->assertSame($text, (string) $value);
        $this->assertTrue($value->equals(new Rational($lowest, $below)));
        $this->assertEquals(new Rational($lowest, $below), $value);
    }

    public function forms(): array
    {
        return [
            [3, 4, 3, 4, '3/4'],
            [6, 8, 3, 4, '3/4'],
            [6, -8, -3, 4, '-3/4'],
            [-6, 8, -3, 4, '-3/4'],
            [-6, -8, 3, 4, '3/4'],
            [0, -5, 0, 1, '0'],
            [0, 7, 0, 1, '0'],
            [10, 5, 2, 1, '2'],
            [-7, 7, -1, 1, '-1'],
            [1, 10, 1, 10, '1/10'],
        ];
    }

    public function testEqualAndUnequal_R1(): void
    {
        $half = new Rational(1, 2);
        foreach ([[1, 3], [-1, 2], [3, 2], [1, 1]] as [$numerator, $denominator]) {
            $this->assertFalse($half->equals(new Rational($numerator, $denominator)));
        }
        $this->assertTrue($half->equals(new Rational(-2, -4)));
        $this->assertSame('5', (string) new Rational(5));
    }

    /** @dataProvider calculations */
    public function testArithmetic_R2(
        string $leftText,
        string $rightText,
        string $sum,
        string $difference,
        string $product,
        string $quotient,
    ): void {
        $left = Rational::parse($leftText);
        $right = Rational::parse($rightText);
        $this->assertSame($sum, (string) $left->plus($right));
        $this->assertSame($difference, (string) $left->minus($right));
        $this->assertSame($product, (string) $left->times($right));
        $this->assertSame($quotient, (string) $left->dividedBy($right));
        $this->assertSame([$leftText, $rightText], [(string) $left, (string) $right]);
    }

    public function calculations(): array
    {
        return [
            ['1/2', '1/3', '5/6', '1/6', '1/6', '3/2'],
            ['1/6', '1/10', '4/15', '1/15', '1/60', '5/3'],
            ['-3/4', '5/6', '1/12', '-19/12', '-5/8', '-9/10'],
            ['1/2', '-1/2', '0', '1', '-1/4', '-1'],
            ['0', '-2/3', '-2/3', '2/3', '0', '0'],
            ['7', '3', '10', '4', '21', '7/3'],
            ['4/9', '3/8', '59/72', '5/72', '1/6', '32/27'],
        ];
    }

    public function testNegation_R2(): void
    {
        $this->assertSame('-3/4', (string) (new Rational(3, 4))->negated());
        $this->assertSame('3/4', (string) (new Rational(-3, 4))->negated());
    }

    public function testComparing_R3(): void
    {
        $max = PHP_INT_MAX;
        $ascending = array_map(fn (array $one): Rational => new Rational(...$one), [
            [-$max], [-$max, 2], [-2], [-3, 2], [-4, 3], [-1], [1 - $max, $max], [-1, 2], [-1, 3], [-1, $max], [0],
            [1, $max], [1, $max - 1], [1, 3], [3, 8], [2, 5], [1, 2], [$max - 2, $max - 1], [$max - 1, $max], [1],
            [$max, $max - 1], [4, 3], [7, 5], [3, 2], [2], [$max - 1, 2], [$max, 2], [$max],
        ]);
        foreach ($ascending as $i => $left) {
            foreach ($ascending as $j => $right) {
                $this->assertSame($i <=> $j, $left->compare($right), "$left with $right");
                $this->assertSame($i === $j, $left->equals($right));
            }
        }
    }

    /** @dataProvider texts */
    public function testReading_R4(string $text, string $written): void
    {
        $this->assertSame($written, (string) Rational::parse($text));
        $this->assertEquals(Rational::parse($written), Rational::parse($text));
    }

    public function texts(): array
    {
        return [
            ['3/4', '3/4'],
            ['-2', '-2'],
            ['0.125', '1/8'],
            ['+06/8', '3/4'],
            ['-0.50', '-1/2'],
            ['0', '0'],
            ['-0', '0'],
            ['00012.3400', '617/50'],
            ['+7', '7'],
            ['-10/4', '-5/2'],
            ['0/9', '0'],
            ['1.0', '1'],
            ['-3.000001', '-3000001/1000000'],
            ['9/010', '9/10'],
            ['8.9', '89/10'],
            ['00000000000000000000000001/00000000000000000000000002', '1/2'],
        ];
    }

    public function testTextOfAnotherForm_R5(): void
    {
        $texts = [
            '', '+', '-', '/', '.', ' 1', '1 ', '1/ 2', '1/', '/2', '1.', '.5', '--1', '+-1', '1-', '1/-2', '1/+2',
            '1/2/3', '1.2.3', '1.2/3', '1/2.3', '1e3', '0x10', 'a', '1/a', '1:2', "1\n", '-/2', '1.-5', "\u{0663}",
            '99999999999999999999x', 'x/0',
        ];
        foreach ($texts as $text) {
            try {
                Rational::parse($text);
                $this->fail("read: $text");
            } catch (InvalidArgumentException $error) {
                $this->assertTrue(str_ends_with($error->getMessage(), $text), $error->getMessage());
            }
        }
    }

    /** @dataProvider roundings */
    public function testRounding_R6(string $text, int $decimals, string $expected): void
    {
        $this->assertSame($expected, (string) Rational::parse($text)->rounded($decimals));
    }

    public function roundings(): array
    {
        return [
            ['0.125', 2, '3/25'],
            ['0.135', 2, '7/50'],
            ['-0.125', 2, '-3/25'],
            ['-0.135', 2, '-7/50'],
            ['1/2', 0, '0'],
            ['3/2', 0, '2'],
            ['5/2', 0, '2'],
            ['-1/2', 0, '0'],
            ['-3/2', 0, '-2'],
            ['-5/2', 0, '-2'],
            ['2/3', 0, '1'],
            ['1/3', 0, '0'],
            ['-2/3', 0, '-1'],
            ['-1/3', 0, '0'],
            ['2/3', 2, '67/100'],
            ['-2/3', 2, '-67/100'],
            ['1/3', 18, '333333333333333333/1000000000000000000'],
            ['7', 3, '7'],
            ['-7', 0, '-7'],
            ['0', 5, '0'],
            ['0.1249999', 2, '3/25'],
            ['0.1250001', 2, '13/100'],
            ['9223372036854775807/2', 0, '4611686018427387904'],
        ];
    }

    public function testRoundingToAnotherNumberOfDecimals_R6(): void
    {
        foreach ([-1, 19, PHP_INT_MIN, PHP_INT_MAX] as $decimals) {
            try {
                (new Rational(1))->rounded($decimals);
                $this->fail("rounded to $decimals");
            } catch (InvalidArgumentException $error) {
                $this->assertStringContainsString((string) $decimals, $error->getMessage());
            }
        }
    }

    public function testDivisionByZero_R7(): void
    {
        $zero = new Rational(0);
        $this->assertThrows(DivisionByZeroError::class, [
            fn () => new Rational(1, 0),
            fn () => new Rational(0, 0),
            fn () => Rational::parse('1/0'),
            fn () => Rational::parse('-0/00'),
            fn () => (new Rational(1, 2))->dividedBy($zero),
            fn () => $zero->dividedBy($zero),
        ]);
    }

    public function testGreatestAndLeastValues_R8(): void
    {
        $max = new Rational(PHP_INT_MAX);
        $tiny = new Rational(1, PHP_INT_MAX);
        $one = new Rational(1);
        foreach ([
            ['-9223372036854775807', $max->negated()],
            ['-1/9223372036854775807', $tiny->negated()],
            ['1', $max->times($tiny)],
            ['1', $max->dividedBy($max)],
            ['9223372036854775807', $one->dividedBy($tiny)],
            ['0', $max->minus($max)],
            ['9223372036854775807', $max->minus($one)->plus($one)],
            ['9223372036854775807/3', (new Rational(PHP_INT_MAX, 2))->times(new Rational(2, 3))],
            ['3/9223372036854775807', $tiny->plus(new Rational(2, PHP_INT_MAX))],
            ['1/9223372030926249000', (new Rational(1, 3037000500))->times(new Rational(1, 3037000498))],
            ['1/1000000000000000000', Rational::parse('0.000000000000000001')],
            ['1/1000000000', (new Rational(1, 1000000000))->rounded(18)],
        ] as [$expected, $value]) {
            $this->assertSame($expected, (string) $value);
        }
        $this->assertSame('9223372036854775807', (string) Rational::parse('9223372036854775807'));
        $this->assertSame('-1/9223372036854775807', (string) Rational::parse('-1/9223372036854775807'));
    }

    public function testWhatDoesNotFit_R8(): void
    {
        $max = new Rational(PHP_INT_MAX);
        $tiny = new Rational(1, PHP_INT_MAX);
        $half = new Rational(1, 2);
        $this->assertThrows(OverflowException::class, [
            fn () => new Rational(PHP_INT_MIN),
            fn () => new Rational(PHP_INT_MIN, 2),
            fn () => new Rational(1, PHP_INT_MIN),
            fn () => $max->plus(new Rational(1)),
            fn () => $max->negated()->minus(new Rational(1)),
            fn () => $max->plus($max),
            fn () => $max->plus($half),
            fn () => $half->plus($max),
            fn () => $half->minus(new Rational(PHP_INT_MAX, 3)),
            fn () => $tiny->plus($half),
            fn () => $max->times(new Rational(2)),
            fn () => (new Rational(1 << 62))->times(new Rational(-2)),
            fn () => $tiny->times($half),
            fn () => $max->dividedBy($tiny),
            fn () => Rational::parse('9223372036854775808'),
            fn () => Rational::parse('-9223372036854775808'),
            fn () => Rational::parse('1/9223372036854775808'),
            fn () => Rational::parse('99999999999999999999/0'),
            fn () => Rational::parse('0.0000000000000000000'),
            fn () => Rational::parse('10.000000000000000000'),
            fn () => Rational::parse(str_repeat('9', 300_000)),
            fn () => Rational::parse('0.' . str_repeat('0', 300_000)),
            fn () => $max->rounded(1),
        ]);
    }

    public function testSumsThatFitOnlyInLowestTerms_R8(): void
    {
        $half = new Rational(PHP_INT_MAX, 2);
        $third = new Rational(PHP_INT_MAX, 3);
        $one = new Rational(-1_099_511_623_681, 4_503_599_627_374_592);
        $other = new Rational(1_099_511_623_682, 4_502_500_115_746_815);
        $this->assertThrows(OverflowException::class, [
            fn () => $half->plus($half),
            fn () => $half->minus($third),
            fn () => $third->minus($half),
            fn () => $one->plus($other),
        ]);
    }

    /** @param list<callable> $actions */
    private function assertThrows(string $class, array $actions): void
    {
        foreach ($actions as $index => $action) {
            try {
                $action();
            } catch (Throwable $error) {
                $this->assertSame($class, $error::class, "action $index: {$error->getMessage()}");
                continue;
            }
            $this->fail("action $index throws nothing");
        }
    }
}
