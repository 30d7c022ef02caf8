<?php

declare(strict_types=1);

namespace SchoolPlaces;

/** Finds the problems of applicants and schools. */
final class RankingCheck
{
    /**
     * @param list<Applicant> $applicants
     * @param list<School> $schools
     *
     * @return list<Problem>
     */
    public static function problems(array $applicants, array $schools): array
    {
        return [
            ...self::problemsOfApplicants($applicants, self::namesOf($schools)),
            ...self::problemsOfSchools($schools, self::namesOf($applicants)),
        ];
    }

    /**
     * @param list<Applicant> $applicants
     * @param list<string> $schools
     *
     * @return \Generator<int, Problem>
     */
    private static function problemsOfApplicants(array $applicants, array $schools): \Generator
    {
        $isRepeated = self::repetitions();
        $entries = self::entryCheck($schools, Reason::UnknownWish, Reason::RepeatedWish);
        foreach ($applicants as $applicant) {
            if ($isRepeated($applicant->name)) {
                yield new Problem(Reason::DuplicateApplicant, $applicant->name);
            }
            yield from $entries($applicant->name, $applicant->wishes);
        }
    }

    /**
     * @param list<School> $schools
     * @param list<string> $applicants
     *
     * @return \Generator<int, Problem>
     */
    private static function problemsOfSchools(array $schools, array $applicants): \Generator
    {
        $isRepeated = self::repetitions();
        $entries = self::entryCheck($applicants, Reason::UnknownCandidate, Reason::RepeatedCandidate);
        foreach ($schools as $school) {
            if ($isRepeated($school->name)) {
                yield new Problem(Reason::DuplicateSchool, $school->name);
            }
            if ($school->places < 0) {
                yield new Problem(Reason::InvalidPlaces, $school->name);
            }
            yield from $entries($school->name, $school->ranking);
        }
    }

    /**
     * @param list<string> $names those that may be listed
     *
     * @return \Closure(string, list<string>): \Generator<int, Problem>
     */
    private static function entryCheck(array $names, Reason $unknown, Reason $repeated): \Closure
    {
        $known = array_fill_keys($names, true);

        return static function (string $name, array $entries) use ($known, $unknown, $repeated): \Generator {
            $isRepeated = self::repetitions();
            foreach ($entries as $entry) {
                if (!isset($known[$entry])) {
                    yield new Problem($unknown, $name, $entry);
                } elseif ($isRepeated($entry)) {
                    yield new Problem($repeated, $name, $entry);
                }
            }
        };
    }

    /** @return \Closure(string): bool whether it was asked for the same name before */
    private static function repetitions(): \Closure
    {
        $seen = [];

        return static function (string $name) use (&$seen): bool {
            $isRepeated = isset($seen[$name]);
            $seen[$name] = true;

            return $isRepeated;
        };
    }

    /**
     * @param list<Applicant|School> $named
     *
     * @return list<string>
     */
    private static function namesOf(array $named): array
    {
        return array_map(static fn (Applicant|School $one): string => $one->name, $named);
    }
}
