using System;
using System.Collections.Generic;
using System.Linq;

namespace DependencyOrder
{
    /// <summary>Orders build targets by their dependencies.</summary>
    public static class BuildOrder
    {
        /// <summary>
        /// Returns the names of all targets, each one after its dependencies. Of the targets that are ready, the one
        /// declared first comes next.
        /// </summary>
        /// <exception cref="DuplicateTargetException">a name is declared twice</exception>
        /// <exception cref="UnknownTargetException">a dependency is not declared</exception>
        /// <exception cref="CycleException">targets depend on each other</exception>
        public static IReadOnlyList<string> Of(IEnumerable<Target> targets)
        {
            Target[] declared = targets.ToArray();
            int[][] dependencies = Resolve(declared);
            List<int> order = Place(dependencies);
            if (order.Count < declared.Length)
            {
                IEnumerable<int> cycle = FindCycle(dependencies, order);
                throw new CycleException(cycle.Select(index => declared[index].Name).ToArray());
            }
            return order.Select(index => declared[index].Name).ToList().AsReadOnly();
        }

        /// <summary>The dependencies of each target as indexes of declarations.</summary>
        private static int[][] Resolve(Target[] declared)
        {
            var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (Target target in declared)
            {
                if (indexes.ContainsKey(target.Name))
                {
                    throw new DuplicateTargetException(target.Name);
                }
                indexes.Add(target.Name, indexes.Count);
            }
            foreach (Target target in declared)
            {
                foreach (string dependency in target.Dependencies)
                {
                    if (!indexes.ContainsKey(dependency))
                    {
                        throw new UnknownTargetException(target.Name, dependency);
                    }
                }
            }
            return declared.Select(target => target.Dependencies.Select(name => indexes[name]).ToArray()).ToArray();
        }

        /// <summary>The targets that are not blocked, in build order.</summary>
        private static List<int> Place(int[][] dependencies)
        {
            int[] missing = dependencies.Select(own => own.Length).ToArray();
            List<int>[] dependents = dependencies.Select(_ => new List<int>()).ToArray();
            var ready = new SortedSet<int>();
            for (int index = 0; index < missing.Length; index++)
            {
                foreach (int dependency in dependencies[index])
                {
                    dependents[dependency].Add(index);
                }
                if (missing[index] == 0)
                {
                    ready.Add(index);
                }
            }
            var order = new List<int>(missing.Length);
            while (ready.Count > 0)
            {
                int placed = ready.Min;
                ready.Remove(placed);
                order.Add(placed);
                foreach (int dependent in dependents[placed])
                {
                    missing[dependent]--;
                    if (missing[dependent] == 0)
                    {
                        ready.Add(dependent);
                    }
                }
            }
            return order;
        }

        /// <summary>Walks from the first blocked target into a cycle; the cycle from its lowest index back to it.</summary>
        private static IEnumerable<int> FindCycle(int[][] dependencies, IEnumerable<int> order)
        {
            var placed = new HashSet<int>(order);
            var steps = new Dictionary<int, int>();
            var walked = new List<int>();
            int current = Enumerable.Range(0, dependencies.Length).First(index => !placed.Contains(index));
            while (!steps.ContainsKey(current))
            {
                steps.Add(current, walked.Count);
                walked.Add(current);
                current = dependencies[current].First(index => !placed.Contains(index));
            }
            List<int> cycle = walked.Skip(steps[current]).ToList();
            int start = cycle.IndexOf(cycle.Min());
            return cycle.Skip(start).Concat(cycle.Take(start + 1));
        }
    }
}
