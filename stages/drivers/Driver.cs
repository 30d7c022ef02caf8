// Runs a workload of `*Bench.cs` and reports what it took; see `stages/core/driver.py` for the protocol.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Proven
{
    /// <summary>Work that may be done any number of times, and a check of its last result.</summary>
    public sealed class Work
    {
        public readonly Action Run;
        public readonly Func<bool> Check;

        private Work(Action run, Func<bool> check)
        {
            Run = run;
            Check = check;
        }

        public static Work Of<T>(Func<T> run, Func<T, bool> check)
        {
            T result = default(T);
            return new Work(() => result = run(), () => check(result));
        }
    }

    /// <summary>A named workload; <c>Prepare</c> makes the input of a size from seeded numbers below a bound.</summary>
    public sealed class Workload
    {
        public readonly string Name;
        public readonly int Size;
        public readonly Func<int, Func<int, int>, Work> Prepare;

        public Workload(string name, int size, Func<int, Func<int, int>, Work> prepare)
        {
            Name = name;
            Size = size;
            Prepare = prepare;
        }
    }

    internal static class Driver
    {
        [StructLayout(LayoutKind.Sequential)]
        private struct Time
        {
            public long Seconds;
            public long Nanoseconds;
        }

        [DllImport("libc", EntryPoint = "clock_gettime")]
        private static extern int ClockGetTime(int clock, out Time time);

        private static long Now(int clock)
        {
            Time time;
            ClockGetTime(clock, out time);
            return time.Seconds * 1000000000L + time.Nanoseconds;
        }

        private static long Setting(string name)
        {
            return long.Parse(Environment.GetEnvironmentVariable("BENCH_" + name));
        }

        private static long Status(string field)
        {
            string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(field, StringComparison.Ordinal));
            return long.Parse(line.Split(new[] { ' ', '\t' }, StringSplitOptions.RemoveEmptyEntries)[1]);
        }

        private static Func<int, int> Seeded()
        {
            uint state = 2463534242;
            return below =>
            {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                return (int)(state % (uint)below);
            };
        }

        private static long Bench(TextWriter output, int size, Work work)
        {
            long least = Setting("LEAST_NS"), set = Setting("LOOPS"), values = Setting("VALUES"), warmup = Setting("WARMUP_NS");
            long loops = Math.Max(set, 1), spent = 0, slowest = 0, once = 0, measured = 0;
            for (long i = 0; values == 0 && i < set; i++)
                work.Run();
            while (measured < values)
            {
                bool warm = spent >= warmup && (set > 0 || slowest >= least);
                long switches = Status("voluntary_ctxt_switches");
                // 1 is the monotonic clock, 2 the CPU time of the process.
                long wall = Now(1), cpu = Now(2);
                for (long i = 0; i < loops; i++)
                    work.Run();
                cpu = Now(2) - cpu;
                wall = Now(1) - wall;
                switches = Status("voluntary_ctxt_switches") - switches;
                output.Write(string.Join("\t", warm ? "value" : "warmup", size, loops, cpu, wall, switches) + "\n");
                if (warm)
                {
                    measured++;
                    once = Math.Max(once, wall / loops);
                    continue;
                }
                slowest = Math.Max(Math.Max(cpu, wall / 50), 1);
                spent += slowest;
                if (set == 0 && slowest < least)
                    loops *= 2;
            }
            output.Write(string.Join("\t", "peak", size, Status("VmHWM")) + "\n");
            if (values > 0 || set > 0)
                output.Write(string.Join("\t", "check", size, work.Check() ? 1 : 0) + "\n");
            return once;
        }

        private static void Main()
        {
            string wanted = Environment.GetEnvironmentVariable("BENCH_WORKLOAD");
            Type found = typeof(Driver).Assembly.GetTypes().First(type => type.Name.Contains("Bench") && type.GetMethod("Workloads") != null);
            using (var output = new StreamWriter("/tmp/bench.tsv"))
            {
                foreach (Workload one in (IEnumerable<Workload>)found.GetMethod("Workloads").Invoke(null, null))
                {
                    if (string.IsNullOrEmpty(wanted))
                        output.Write(string.Join("\t", "workload", one.Name, one.Size) + "\n");
                    if (one.Name != wanted)
                        continue;
                    foreach (string size in Environment.GetEnvironmentVariable("BENCH_SIZES").Split(' '))
                        if (Bench(output, int.Parse(size), one.Prepare(int.Parse(size), Seeded())) > Setting("MOST_NS"))
                            break;
                }
            }
        }
    }
}
