<?php

declare(strict_types=1);

namespace DependencyOrder;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/BuildOrder.php';

final class BuildOrderTest extends TestCase
{
    private const LONG = 10_000;
    private const DISTINCT = [
        'App', 'app', '1', '01', '1.0', '1e0', '-1', 'a', 'a ', ' a', '', '0', '__proto__', 'constructor',
        "\u{e9}", "e\u{301}",
    ];

    public function testDependenciesComeFirstWhereverTheyAreDeclared_R1(): void
    {
        $order = BuildOrder::of([
            self::target('app', 'http', 'log'),
            self::target('core'),
            self::target('http', 'net', 'core'),
            self::target('net', 'core'),
            self::target('log', 'core'),
        ]);
        $this->assertSame(['core', 'net', 'http', 'log', 'app'], $order);
    }

    public function testEveryDeclarationOrderOfADiamond_R1(): void
    {
        $diamond = [
            self::target('top', 'left', 'right'),
            self::target('left', 'base'),
            self::target('right', 'base'),
            self::target('base'),
        ];
        foreach (self::permutations($diamond) as $targets) {
            $order = BuildOrder::of($targets);
            $this->assertSame('base', $order[0]);
            $this->assertSame('top', $order[3]);
            sort($order);
            $this->assertSame(['base', 'left', 'right', 'top'], $order);
        }
    }

    public function testIndirectDependenciesComeFirst_R1(): void
    {
        $targets = [self::target('d', 'c'), self::target('b', 'a'), self::target('c', 'b'), self::target('a')];
        $this->assertSame(['a', 'b', 'c', 'd'], BuildOrder::of($targets));
    }

    public function testInputIsNotChanged_R1(): void
    {
        $declare = static fn (): array => [
            self::target('a', 'c', 'b', 'c'),
            self::target('b'),
            self::target('c', 'b'),
        ];
        $targets = $declare();
        $this->assertSame(['b', 'c', 'a'], BuildOrder::of($targets));
        $this->assertEquals($declare(), $targets);
    }

    public function testReadyTargetDeclaredFirstComesNext_R2(): void
    {
        $targets = [self::target('x', 'z'), self::target('y'), self::target('z'), self::target('w')];
        $this->assertSame(['y', 'z', 'x', 'w'], BuildOrder::of($targets));
    }

    public function testIndependentTargetsKeepTheirOrder_R2(): void
    {
        $this->assertSame(['c', 'a', 'd', 'b'], BuildOrder::of(self::independent('c', 'a', 'd', 'b')));
    }

    public function testTargetsMadeReadyTogetherKeepTheirOrder_R2(): void
    {
        $targets = [
            self::target('z', 'base'),
            self::target('a', 'base'),
            self::target('m', 'base'),
            self::target('base'),
        ];
        $this->assertSame(['base', 'z', 'a', 'm'], BuildOrder::of($targets));
    }

    public function testDecidesAfterEveryPlacement_R2(): void
    {
        $targets = [
            self::target('first', 'third'),
            self::target('second', 'first'),
            self::target('third'),
            self::target('fourth'),
        ];
        $this->assertSame(['third', 'first', 'second', 'fourth'], BuildOrder::of($targets));
    }

    public function testDeclarationCountsNotTheMomentOfBecomingReady_R2(): void
    {
        $steps = array_map(static fn (int $i): Target => self::target("step$i"), range(0, 99));
        $later = array_map(static fn (int $i): Target => self::target("later$i", 'step' . 37 * $i % 100), range(0, 99));
        $targets = [...$steps, ...$later];
        $this->assertSame(array_column($targets, 'name'), BuildOrder::of($targets));
    }

    public function testNoTargets_R3(): void
    {
        $this->assertSame([], BuildOrder::of([]));
    }

    public function testRepeatedDependencyCountsOnce_R3(): void
    {
        $once = [self::target('a', 'b', 'b'), self::target('b'), self::target('c')];
        $this->assertSame(['b', 'a', 'c'], BuildOrder::of($once));
        $first = [self::target('a', 'b', 'b', 'c'), self::target('b'), self::target('c')];
        $this->assertSame(['b', 'c', 'a'], BuildOrder::of($first));
        $around = [self::target('a', 'b', 'c', 'b'), self::target('c'), self::target('b')];
        $this->assertSame(['c', 'b', 'a'], BuildOrder::of($around));
    }

    public function testOrderOfDependenciesHasNoInfluence_R3(): void
    {
        foreach (self::permutations(['b', 'c', 'd']) as $dependencies) {
            $targets = [self::target('a', ...$dependencies), ...self::independent('c', 'b'), self::target('d', 'c')];
            $this->assertSame(['c', 'b', 'd', 'a'], BuildOrder::of($targets));
        }
    }

    public function testSimilarNamesAreDifferentTargets_R4(): void
    {
        $this->assertSame(self::DISTINCT, BuildOrder::of(self::independent(...self::DISTINCT)));
    }

    public function testDependencyNamesExactlyOneTarget_R4(): void
    {
        foreach (self::DISTINCT as $i => $name) {
            $others = self::DISTINCT;
            array_splice($others, $i, 1);
            $targets = [self::target('needs it', $name), ...self::independent(...$others), self::target($name)];
            $this->assertSame([...$others, $name, 'needs it'], BuildOrder::of($targets));
        }
    }

    public function testSimilarNameIsUnknown_R4_R6(): void
    {
        $pairs = [
            ['App', 'app'], ['01', '1'], ['1', '01'], ['1', '1e0'], ['a ', 'a'], ['a', 'a '], ['a', ''], ['0', ''],
            ["e\u{301}", "\u{e9}"], ['a', '__proto__'], ['a', 'constructor'],
        ];
        foreach ($pairs as [$declared, $dependency]) {
            $this->assertUnknown($declared, $dependency, self::target($declared, $dependency));
        }
    }

    public function testErrorsHoldNamesAsGiven_R4(): void
    {
        foreach (['', '0', '1', '01', '__proto__', 'constructor', 'a '] as $name) {
            $this->assertDuplicate($name, ...self::independent($name, $name));
            $this->assertUnknown($name, '7', self::target($name, '7'));
            $this->assertCycle(['b', $name, 'b'], self::target('b', $name), self::target($name, 'b'));
        }
    }

    public function testDuplicateName_R5(): void
    {
        $this->assertDuplicate('a', self::target('a'), self::target('b', 'a'), self::target('a', 'b'));
        $this->assertDuplicate('a', ...self::independent('a', 'a', 'a'));
    }

    public function testMessageShowsTheNames_R5_R6_R7(): void
    {
        $this->assertMessage(['app'], ...self::independent('app', 'app'));
        $this->assertMessage(['app', 'log'], self::target('app', 'log'));
        $this->assertMessage(['app', 'log', 'app'], ...self::pair('app', 'log'));
    }

    public function testFirstDeclarationThatRepeatsCounts_R5(): void
    {
        $this->assertDuplicate('b', ...self::independent('a', 'b', 'b', 'a'));
        $this->assertDuplicate('a', ...self::independent('b', 'a', 'a', 'b'));
        $this->assertDuplicate('c', ...self::independent('c', 'a', 'b', 'c', 'a', 'b'));
    }

    public function testDuplicateComesBeforeOtherErrors_R5(): void
    {
        $others = [self::target('x', 'missing'), self::target('y', 'y')];
        $this->assertDuplicate('z', ...$others, ...self::independent('z', 'z'));
    }

    public function testUnknownDependency_R6(): void
    {
        $this->assertUnknown('b', 'missing', self::target('a'), self::target('b', 'a', 'missing'));
    }

    public function testFirstUnknownOfFirstTargetCounts_R6(): void
    {
        $targets = [self::target('ok'), self::target('m', 'ok', 'zeta', 'alpha'), self::target('b', 'beta')];
        $this->assertUnknown('m', 'zeta', ...$targets);
    }

    public function testOrderOfDeclarationDecidesNotThatOfBuilding_R6(): void
    {
        $this->assertUnknown('a', 'zeta', self::target('a', 'b', 'zeta'), self::target('b', 'alpha'));
    }

    public function testUnknownComesBeforeCycle_R6(): void
    {
        $targets = [...self::pair('a', 'b'), self::target('c', 'c'), self::target('d', 'missing')];
        $this->assertUnknown('d', 'missing', ...$targets);
        $this->assertUnknown('a', 'missing', self::target('a', 'a', 'missing'));
    }

    public function testCycleOfThree_R7(): void
    {
        $targets = [self::target('a', 'c'), self::target('b', 'a'), self::target('c', 'b')];
        $this->assertCycle(['a', 'c', 'b', 'a'], ...$targets);
    }

    public function testCycleOfOne_R7(): void
    {
        $this->assertCycle(['a', 'a'], self::target('a', 'a'));
        $this->assertCycle(['b', 'b'], self::target('free'), self::target('b', 'free', 'b'));
    }

    public function testTargetsThatOnlyDependOnCycleAreLeftOut_R7(): void
    {
        $targets = [self::target('user', 'proxy'), self::target('proxy', 'b'), ...self::pair('a', 'b')];
        $this->assertCycle(['a', 'b', 'a'], ...$targets);
    }

    public function testTargetsThatCycleDependsOnAreLeftOut_R7(): void
    {
        $targets = [self::target('a', 'free', 'b'), self::target('free'), self::target('b', 'free', 'a')];
        $this->assertCycle(['a', 'b', 'a'], ...$targets);
    }

    public function testPathBeginsWithTargetDeclaredFirstNotWithEntry_R7(): void
    {
        $targets = [self::target('start', 'y'), self::target('z', 'x'), self::target('x', 'y'), self::target('y', 'z')];
        $this->assertCycle(['z', 'x', 'y', 'z'], ...$targets);
    }

    public function testFollowsFirstBlockedDependency_R7(): void
    {
        $targets = [
            self::target('a', 'free', 'c', 'b'),
            self::target('b', 'a'),
            self::target('c', 'a'),
            self::target('free'),
        ];
        $this->assertCycle(['a', 'c', 'a'], ...$targets);
    }

    public function testFirstBlockedTargetLeadsToTheCycle_R7(): void
    {
        $pairs = [...self::pair('a', 'b'), ...self::pair('c', 'd'), ...self::pair('e', 'f')];
        $this->assertCycle(['c', 'd', 'c'], self::target('start', 'd'), ...$pairs);
    }

    public function testFollowsBlockedDependencyThatIsInNoCycle_R7(): void
    {
        $targets = [self::target('a', 'bridge', 'a'), self::target('bridge', 'd'), ...self::pair('c', 'd')];
        $this->assertCycle(['c', 'd', 'c'], ...$targets);
    }

    public function testSelfDependencyBesideLongerCycle_R7(): void
    {
        $this->assertCycle(['b', 'b'], self::target('a', 'b'), self::target('b', 'b', 'a'));
        $this->assertCycle(['a', 'b', 'a'], self::target('a', 'b'), self::target('b', 'a', 'b'));
    }

    public function testLongChainEachNeedingTheNext_R8(): void
    {
        $names = self::numbers();
        $targets = array_map(
            static fn (string $name, int $i): Target => new Target($name, array_slice($names, $i + 1, 1)),
            $names,
            array_keys($names),
        );
        $order = $this->withinTwoSeconds(static fn (): array => BuildOrder::of($targets));
        $this->assertSame(array_reverse($names), $order);
    }

    public function testLongChainEachNeedingTheOneBefore_R8(): void
    {
        $names = self::numbers();
        $targets = array_map(
            static fn (string $name, int $i): Target => new Target($name, $i === 0 ? [] : [$names[$i - 1]]),
            $names,
            array_keys($names),
        );
        $order = $this->withinTwoSeconds(static fn (): array => BuildOrder::of($targets));
        $this->assertSame($names, $order);
    }

    public function testLongCycleEachNeedingTheNext_R8(): void
    {
        $names = self::numbers();
        $path = $this->pathOfLongCycle($names, [...array_slice($names, 1), '0']);
        $this->assertSame([...$names, '0'], $path);
    }

    public function testLongCycleEachNeedingTheOneBefore_R8(): void
    {
        $names = self::numbers();
        $path = $this->pathOfLongCycle($names, [...array_slice($names, -1), ...array_slice($names, 0, -1)]);
        $this->assertSame(['0', ...array_reverse($names)], $path);
    }

    private static function target(string $name, string ...$dependencies): Target
    {
        return new Target($name, $dependencies);
    }

    /** @return list<Target> */
    private static function independent(string ...$names): array
    {
        return array_map(static fn (string $name): Target => new Target($name), $names);
    }

    /** @return list<Target> two that depend on each other */
    private static function pair(string $one, string $other): array
    {
        return [self::target($one, $other), self::target($other, $one)];
    }

    /** @return list<string> */
    private static function numbers(): array
    {
        return array_map('strval', range(0, self::LONG - 1));
    }

    /** @return list<list<mixed>> */
    private static function permutations(array $items): array
    {
        if ($items === []) {
            return [[]];
        }
        $all = [];
        foreach ($items as $i => $item) {
            $others = $items;
            array_splice($others, $i, 1);
            foreach (self::permutations($others) as $rest) {
                $all[] = [$item, ...$rest];
            }
        }

        return $all;
    }

    /** @param list<Target> $targets */
    private function exceptionOf(array $targets): OrderException
    {
        try {
            BuildOrder::of($targets);
        } catch (OrderException $exception) {
            return $exception;
        }
        $this->fail('there was no exception');
    }

    private function assertDuplicate(string $name, Target ...$targets): void
    {
        $exception = $this->exceptionOf($targets);
        $this->assertInstanceOf(DuplicateTargetException::class, $exception);
        $this->assertSame($name, $exception->name);
    }

    private function assertUnknown(string $target, string $dependency, Target ...$targets): void
    {
        $exception = $this->exceptionOf($targets);
        $this->assertInstanceOf(UnknownTargetException::class, $exception);
        $this->assertSame([$target, $dependency], [$exception->target, $exception->dependency]);
    }

    /** @param list<string> $path */
    private function assertCycle(array $path, Target ...$targets): void
    {
        $exception = $this->exceptionOf($targets);
        $this->assertInstanceOf(CycleException::class, $exception);
        $this->assertSame($path, $exception->path);
    }

    /** @param list<string> $names to be found in the message in this order */
    private function assertMessage(array $names, Target ...$targets): void
    {
        $message = $this->exceptionOf($targets)->getMessage();
        $this->assertMatchesRegularExpression('/' . implode('.*', $names) . '/', $message);
    }

    /**
     * @param list<string> $names
     * @param list<string> $dependencies one of each target
     * @return list<string>
     */
    private function pathOfLongCycle(array $names, array $dependencies): array
    {
        $targets = array_map(self::target(...), $names, $dependencies);
        $exception = $this->withinTwoSeconds(fn (): OrderException => $this->exceptionOf($targets));
        $this->assertInstanceOf(CycleException::class, $exception);

        return $exception->path;
    }

    private function withinTwoSeconds(callable $action): mixed
    {
        $start = hrtime(true);
        $result = $action();
        $this->assertLessThan(2e9, hrtime(true) - $start);

        return $result;
    }
}
