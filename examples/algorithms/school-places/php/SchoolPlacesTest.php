<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SchoolPlaces\Applicant;
use SchoolPlaces\InvalidRankingsException;
use SchoolPlaces\Placement;
use SchoolPlaces\Problem;
use SchoolPlaces\Reason;
use SchoolPlaces\School;
use SchoolPlaces\SchoolPlaces;

require_once __DIR__ . '/SchoolPlaces.php';

final class SchoolPlacesTest extends TestCase
{
    private const SEVEN = 'a: X Y Z; b: Z X Y; c: X Z; d: Y X Z; e: X Y; f: Z Y X; g: Y';
    private const THREE = 'X 2: d f b a c e; Y 1: e g b a f d; Z 2: c a e d b f';

    /**
     * @testWith ["a: X Y; b: X Y", "X 1: b a; Y 1: a b", "a-Y b-X"]
     *           ["a: X Y; b: Y X", "X 1: b a; Y 1: a b", "a-X b-Y"]
     *           ["a: X Y Z; b: Y Z X; c: Z X Y", "X 1: b c a; Y 1: c a b; Z 1: a b c", "a-X b-Y c-Z"]
     */
    public function testBestStableAssignment_R1(string $applicants, string $schools, string $expected): void
    {
        $this->assertSame($expected, $this->assign($applicants, $schools));
    }

    public function testRejectionsLeadToOthers_R1(): void
    {
        $this->assertSame('a-Y b-X c-none', $this->assign('a: X Y; b: Y X; c: X', 'X 1: b c a; Y 1: a b'));
        $schools = 'X 1: c a b; Y 1: b a c; Z 1: a b c';
        $this->assertSame('a-X b-Z c-Y', $this->assign('a: X Y Z; b: X Z Y; c: Y X Z', $schools));
        $this->assertSame('a-Z b-none c-Z d-X e-Y f-X g-none', $this->assign(self::SEVEN, self::THREE));
    }

    /**
     * @testWith [1, "a-none b-none c-X d-Y"]
     *           [2, "a-none b-X c-X d-Y"]
     *           [3, "a-X b-X c-X d-Y"]
     *           [4, "a-X b-X c-X d-X"]
     *           [9223372036854775807, "a-X b-X c-X d-X"]
     */
    public function testPlaces_R2(int $places, string $expected): void
    {
        $found = $this->assign('a: X Y; b: X Y; c: X Y; d: X Y', "X $places: c b a d; Y 1: d a");
        $this->assertSame($expected, $found);
    }

    public function testSchoolWithoutPlaces_R2(): void
    {
        $this->assertSame('a-Y b-none c-none', $this->assign('a: X Y; b: X; c: Y X', 'X 0: a b c; Y 1: a c'));
    }

    public function testOnlyWishedSchoolsThatRankTheApplicant_R3(): void
    {
        $this->assertSame('a-Y b-X c-none d-none', $this->assign('a: X Y; b: X; c: ; d: Y', 'X 2: b c; Y 1: a b'));
        $this->assertSame('a-none b-Y', $this->assign('a: X; b: X Y', 'X 5: ; Y 5: a b'));
    }

    public function testEmptyLists_R3(): void
    {
        $this->assertSame([], SchoolPlaces::assign([], []));
        $this->assertSame([], SchoolPlaces::assign([], $this->schools('X 1: ')));
        $this->assertEquals([new Placement('a', null)], SchoolPlaces::assign($this->applicants('a: '), []));
    }

    public function testOrderOfTheLists_R4(): void
    {
        $applicants = $this->applicants(self::SEVEN);
        $schools = $this->schools(self::THREE);
        $expected = ['a-Z', 'b-none', 'c-Z', 'd-X', 'e-Y', 'f-X', 'g-none'];
        $turn = static fn (array $items, int $by): array => [...array_slice($items, $by), ...array_slice($items, 0, $by)];
        foreach (array_keys($applicants) as $by) {
            foreach ([$schools, array_reverse($schools)] as $given) {
                $turned = $turn($applicants, $by);
                $this->assertSame($turn($expected, $by), $this->show(SchoolPlaces::assign($turned, $given)));
                $found = $this->show(SchoolPlaces::assign(array_reverse($turned), $given));
                $this->assertSame(array_reverse($turn($expected, $by)), $found);
            }
        }
    }

    public function testNamesAreComparedExactly_R4(): void
    {
        $found = $this->assign('1: a A; 01: a; a: 1; A: 1', 'a 1: 01 1; A 1: 1; 1 1: a A');
        $this->assertSame('1-A 01-a a-1 A-none', $found);
        $this->assertEquals([new Placement('1', '2')], SchoolPlaces::assign(
            [new Applicant('1', ['2'])],
            [new School('2', 1, ['1']), new School('02', 1, [])],
        ));
    }

    /**
     * @testWith ["a: ; b: ; a: ", "X 1: ", ["duplicate-applicant a"]]
     *           ["a: X", "X 1: ; Y 1: ; X 1: ", ["duplicate-school X"]]
     *           ["a: X", "X -1: a", ["invalid-places X"]]
     *           ["a: X x Y", "X 1: a; Y 1: ", ["unknown-wish a x"]]
     *           ["a: X Y X", "X 1: a; Y 1: a", ["repeated-wish a X"]]
     *           ["a: X", "X 1: a X; Y 1: A", ["unknown-candidate X X", "unknown-candidate Y A"]]
     *           ["a: X; b: X", "X 1: b a b b; Y 1: b", ["repeated-candidate X b", "repeated-candidate X b"]]
     *           ["1: 2 02 2", "2 1: 1 01 1", ["unknown-wish 1 02", "repeated-wish 1 2", "unknown-candidate 2 01", "repeated-candidate 2 1"]]
     */
    public function testEachProblem_R5(string $applicants, string $schools, array $expected): void
    {
        $this->assertSame($expected, $this->problems($applicants, $schools));
    }

    public function testAllProblemsAtOnce_R5(): void
    {
        $expected = [
            'unknown-wish a Q',
            'repeated-wish a X',
            'unknown-wish a Q',
            'duplicate-applicant a',
            'unknown-wish a Q',
            'repeated-wish b Y',
            'unknown-candidate X c',
            'repeated-candidate X a',
            'unknown-candidate X c',
            'duplicate-school X',
            'invalid-places X',
            'unknown-candidate X c',
            'repeated-candidate Y b',
        ];
        $found = $this->problems('a: X Q X Q; a: Y Q; b: Y Y', 'X 1: a c a c; X -2: b c; Y 0: b b');
        $this->assertSame($expected, $found);
    }

    public function testReasonNameAndEntry_R5(): void
    {
        $error = $this->errorOf('a: Q; a: ', '');
        $expected = [new Problem(Reason::UnknownWish, 'a', 'Q'), new Problem(Reason::DuplicateApplicant, 'a', null)];
        $this->assertEquals($expected, $error->problems);
        $this->assertSame("unknown-wish: a, Q\nduplicate-applicant: a", $error->getMessage());
    }

    public function testManyRejections_R6(): void
    {
        $names = array_map(strval(...), range(0, 399));
        $reversed = array_reverse($names);
        $applicants = array_map(static fn (string $name): Applicant => new Applicant($name, $names), $names);
        $schools = array_map(static fn (string $name): School => new School($name, 1, $reversed), $names);
        $started = hrtime(true);
        $placements = SchoolPlaces::assign($applicants, $schools);
        $this->assertLessThan(2e9, hrtime(true) - $started);
        $expected = array_map(static fn (string $one, string $other): string => "$one-$other", $names, $reversed);
        $this->assertSame($expected, $this->show($placements));
    }

    /** @return list<array{string, list<string>}> of lists written as "a: X Y; b: X" */
    private function lists(string $text): array
    {
        $read = static function (string $one): array {
            [$head, $list] = explode(':', $one);

            return [$head, preg_split('/ /', $list, -1, PREG_SPLIT_NO_EMPTY)];
        };

        return $text === '' ? [] : array_map($read, explode('; ', $text));
    }

    /** @return list<Applicant> */
    private function applicants(string $text): array
    {
        return array_map(static fn (array $one): Applicant => new Applicant(...$one), $this->lists($text));
    }

    /** @return list<School> of schools written as "X 2: b a; Y 1: a" */
    private function schools(string $text): array
    {
        $read = static function (array $one): School {
            [$name, $places] = explode(' ', $one[0]);

            return new School($name, (int) $places, $one[1]);
        };

        return array_map($read, $this->lists($text));
    }

    /**
     * @param list<Placement> $placements
     *
     * @return list<string>
     */
    private function show(array $placements): array
    {
        return array_map(
            static fn (Placement $one): string => $one->applicant . '-' . ($one->school ?? 'none'),
            $placements,
        );
    }

    private function assign(string $applicants, string $schools): string
    {
        $placements = SchoolPlaces::assign($this->applicants($applicants), $this->schools($schools));

        return implode(' ', $this->show($placements));
    }

    private function errorOf(string $applicants, string $schools): InvalidRankingsException
    {
        try {
            $this->assign($applicants, $schools);
        } catch (InvalidRankingsException $error) {
            return $error;
        }
        $this->fail('no error');
    }

    /** @return list<string> */
    private function problems(string $applicants, string $schools): array
    {
        return array_map(
            static fn (Problem $one): string => rtrim("{$one->reason->value} {$one->name} {$one->entry}"),
            $this->errorOf($applicants, $schools)->problems,
        );
    }
}
