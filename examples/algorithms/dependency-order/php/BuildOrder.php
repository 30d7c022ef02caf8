<?php

declare(strict_types=1);

namespace DependencyOrder;

require_once __DIR__ . '/CycleException.php';
require_once __DIR__ . '/DuplicateTargetException.php';
require_once __DIR__ . '/Target.php';
require_once __DIR__ . '/UnknownTargetException.php';

/** Orders build targets by their dependencies. */
final class BuildOrder
{
    private function __construct()
    {
    }

    /**
     * Returns the names of all targets, each one after its dependencies;
     * of the targets that are ready, the one declared first comes next.
     *
     * @param list<Target> $targets
     * @return list<string>
     * @throws DuplicateTargetException if a name is declared twice
     * @throws UnknownTargetException if a dependency is not declared
     * @throws CycleException if targets depend on each other
     */
    public static function of(array $targets): array
    {
        $dependencies = self::resolve($targets);
        $order = self::place($dependencies);
        $nameOf = static fn (int $index): string => $targets[$index]->name;
        if (count($order) < count($targets)) {
            throw new CycleException(array_map($nameOf, self::findCycle($dependencies, $order)));
        }

        return array_map($nameOf, $order);
    }

    /**
     * Returns the dependencies of each target as indexes of targets.
     *
     * @param list<Target> $targets
     * @return list<list<int>>
     */
    private static function resolve(array $targets): array
    {
        $indexes = self::indexByName($targets);
        $resolved = [];
        foreach ($targets as $target) {
            $own = [];
            foreach ($target->dependencies as $dependency) {
                $own[] = $indexes[$dependency] ?? throw new UnknownTargetException($target->name, $dependency);
            }
            $resolved[] = $own;
        }

        return $resolved;
    }

    /**
     * @param list<Target> $targets
     * @return array<int>
     */
    private static function indexByName(array $targets): array
    {
        $indexes = [];
        foreach ($targets as $index => $target) {
            if (isset($indexes[$target->name])) {
                throw new DuplicateTargetException($target->name);
            }
            $indexes[$target->name] = $index;
        }

        return $indexes;
    }

    /**
     * Returns the targets that are not blocked, in build order.
     *
     * @param list<list<int>> $dependencies
     * @return list<int>
     */
    private static function place(array $dependencies): array
    {
        $dependents = self::reverse($dependencies);
        $missing = array_map('count', $dependencies);
        $ready = new \SplMinHeap();
        foreach (array_keys($missing, 0, true) as $index) {
            $ready->insert($index);
        }

        $order = [];
        while (!$ready->isEmpty()) {
            $placed = $ready->extract();
            $order[] = $placed;
            foreach ($dependents[$placed] as $dependent) {
                $missing[$dependent]--;
                if ($missing[$dependent] === 0) {
                    $ready->insert($dependent);
                }
            }
        }

        return $order;
    }

    /**
     * @param list<list<int>> $links
     * @return list<list<int>>
     */
    private static function reverse(array $links): array
    {
        $reversed = array_map(static fn (array $own): array => [], $links);
        foreach ($links as $from => $own) {
            foreach ($own as $to) {
                $reversed[$to][] = $from;
            }
        }

        return $reversed;
    }

    /**
     * Walks from the first target that is not placed into a cycle, and returns that cycle
     * from its lowest index back to it.
     *
     * @param list<list<int>> $dependencies
     * @param list<int> $placed
     * @return list<int>
     */
    private static function findCycle(array $dependencies, array $placed): array
    {
        $blocked = array_diff_key($dependencies, array_flip($placed));
        $isBlocked = static fn (int $index): bool => isset($blocked[$index]);
        $steps = [];
        $current = array_key_first($blocked);
        while (!isset($steps[$current])) {
            $steps[$current] = count($steps);
            [$current] = array_values(array_filter($blocked[$current], $isBlocked));
        }

        return self::turnToLowest(array_slice(array_keys($steps), $steps[$current]));
    }

    /**
     * @param non-empty-list<int> $cycle
     * @return non-empty-list<int>
     */
    private static function turnToLowest(array $cycle): array
    {
        $first = array_search(min($cycle), $cycle, true);

        return [...array_slice($cycle, $first), ...array_slice($cycle, 0, $first + 1)];
    }
}
