using System.Collections.Generic;
using System.Linq;
using Proven;

public static class ClampBench
{
    public static IEnumerable<Workload> Workloads()
    {
        yield return new Workload("clamped", 1000, (n, random) =>
        {
            int[] values = Enumerable.Range(0, n).Select(i => random(1000)).ToArray();
            // With 1,000 values the sum is the same in every language, because the values are.
            return Work.Of(() => values.Sum(value => Interval.Clamp(value, 250, 750)), sum => n != 1000 || sum == 508073);
        });
    }
}
