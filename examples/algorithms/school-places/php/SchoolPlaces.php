<?php

declare(strict_types=1);

namespace SchoolPlaces;

require_once __DIR__ . '/Applicant.php';
require_once __DIR__ . '/Candidate.php';
require_once __DIR__ . '/InvalidRankingsException.php';
require_once __DIR__ . '/Placement.php';
require_once __DIR__ . '/Problem.php';
require_once __DIR__ . '/RankingCheck.php';
require_once __DIR__ . '/Reason.php';
require_once __DIR__ . '/School.php';

/** Assigns applicants to schools by deferred acceptance. */
final class SchoolPlaces
{
    /**
     * Returns a placement for each applicant, in the same order. The assignment is stable, and of those that are, the
     * best for every applicant.
     *
     * @param list<Applicant> $applicants
     * @param list<School> $schools
     *
     * @return list<Placement>
     *
     * @throws InvalidRankingsException with all problems of the lists
     */
    public static function assign(array $applicants, array $schools): array
    {
        $problems = RankingCheck::problems($applicants, $schools);
        if ($problems !== []) {
            throw new InvalidRankingsException($problems);
        }

        $schoolOf = [];
        foreach (self::admitted($applicants, $schools) as $candidate) {
            $schoolOf[$candidate->name] = $candidate->school();
        }

        return array_map(
            static fn (Applicant $one): Placement => new Placement($one->name, $schoolOf[$one->name] ?? null),
            $applicants,
        );
    }

    /**
     * @param list<Applicant> $applicants
     * @param list<School> $schools
     *
     * @return list<Candidate> at the schools that admit them
     */
    private static function admitted(array $applicants, array $schools): array
    {
        $names = array_map(static fn (School $one): string => $one->name, $schools);
        $places = array_combine($names, array_map(static fn (School $one): int => $one->places, $schools));
        $rankings = array_map(static fn (School $one): array => array_flip($one->ranking), $schools);
        $ranks = array_combine($names, $rankings);
        $admitted = [];
        $applying = self::able(array_map(self::candidate($ranks), $applicants));
        while ($applying !== []) {
            $turnedAway = [];
            foreach (self::bySchool($applying) as $school => $newcomers) {
                $all = self::ranked([...$admitted[$school] ?? [], ...$newcomers], $ranks[$school]);
                $admitted[$school] = array_slice($all, 0, $places[$school]);
                $turnedAway[] = array_slice($all, $places[$school]);
            }
            $next = static fn (Candidate $one): Candidate => $one->turnedAway();
            $applying = self::able(array_map($next, array_merge(...$turnedAway)));
        }

        return array_merge(...array_values($admitted));
    }

    /**
     * Wishes for schools that do not rank the applicant are left out.
     *
     * @param array<string, array<string, int>> $ranks by school
     *
     * @return \Closure(Applicant): Candidate
     */
    private static function candidate(array $ranks): \Closure
    {
        return static fn (Applicant $one): Candidate => new Candidate($one->name, array_values(
            array_filter($one->wishes, static fn (string $school): bool => isset($ranks[$school][$one->name])),
        ));
    }

    /**
     * @param list<Candidate> $candidates
     *
     * @return list<Candidate> those with a wish left
     */
    private static function able(array $candidates): array
    {
        return array_values(array_filter($candidates, static fn (Candidate $one): bool => $one->school() !== null));
    }

    /**
     * @param list<Candidate> $candidates
     *
     * @return array<string, non-empty-list<Candidate>>
     */
    private static function bySchool(array $candidates): array
    {
        $groups = [];
        foreach ($candidates as $candidate) {
            $groups[$candidate->school()][] = $candidate;
        }

        return $groups;
    }

    /**
     * @param list<Candidate> $candidates
     * @param array<string, int> $ranks
     *
     * @return list<Candidate> the best first
     */
    private static function ranked(array $candidates, array $ranks): array
    {
        usort($candidates, static fn (Candidate $a, Candidate $b): int => $ranks[$a->name] <=> $ranks[$b->name]);

        return $candidates;
    }
}
