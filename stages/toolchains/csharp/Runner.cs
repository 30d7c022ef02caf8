using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using NUnit.Core;

/// <summary>
/// Runs the NUnit tests of an assembly in this process and the current folder. Called as: Runner.exe ASSEMBLY REPORT
///
/// A line of the report is a status, the number and the name of a test, between tabs. Tests are written as planned before
/// the first one starts, so that those that never end are known; likewise what holds tests, which is dropped if it ends
/// well.
/// </summary>
public sealed class Runner : EventListener
{
    private readonly Stream output = Console.OpenStandardOutput();
    private readonly Stream error = Console.OpenStandardError();
    private readonly Stream report;
    private readonly string folder = Environment.CurrentDirectory;
    private readonly Dictionary<string, string> open = new Dictionary<string, string>();
    private int count;
    private bool failed;

    private Runner(string path)
    {
        report = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 1);
    }

    public static int Main(string[] arguments)
    {
        if (arguments[0] == "--version")
        {
            Console.WriteLine(typeof(CoreExtensions).Assembly.GetName().Version.ToString(3));
            return 0;
        }
        int code = 1;
        try
        {
            code = new Runner(arguments[1]).Run(arguments[0]);
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine(exception);
        }
        Environment.Exit(code); // threads that tests left behind must not keep us
        return code;
    }

    private int Run(string assembly)
    {
        CoreExtensions.Host.InitializeService();
        var package = new TestPackage(assembly);
        package.Settings["AutoNamespaceSuites"] = false;
        var runner = new SimpleTestRunner();
        if (!runner.Load(package))
        {
            throw new InvalidOperationException("the tests could not be loaded");
        }
        string seed = Environment.GetEnvironmentVariable("SEED");
        if (seed != null)
        {
            // What the runner shows is a copy.
            var held = typeof(SimpleTestRunner).GetField("test", BindingFlags.Instance | BindingFlags.NonPublic);
            Shuffle((ITest)held.GetValue(runner), new Random(int.Parse(seed)));
        }
        Plan(runner.Test);
        runner.Run(this, TestFilter.Empty, false, LoggingThreshold.Off);
        EndRest(runner.Test);
        return failed ? 1 : 0;
    }

    /// <summary>Puts the tests of every suite in an order that the seed tells.</summary>
    private static void Shuffle(ITest test, Random random)
    {
        System.Collections.IList children = test.Tests;
        for (int last = (children == null ? 0 : children.Count) - 1; last > 0; last--)
        {
            int other = random.Next(last + 1);
            object moved = children[last];
            children[last] = children[other];
            children[other] = moved;
        }
        foreach (ITest child in Children(test))
        {
            Shuffle(child, random);
        }
    }

    private void Plan(ITest test)
    {
        var name = new string(Name(test).Select(letter => char.IsControl(letter) ? ' ' : letter).ToArray());
        open[test.TestName.UniqueName] = "\t" + count++ + "\t" + name + "\n";
        Write((test.IsSuite ? "holding" : "planned") + open[test.TestName.UniqueName]);
        foreach (ITest child in Children(test))
        {
            Plan(child);
        }
    }

    private void End(string status, ITest test)
    {
        string line;
        if (open.TryGetValue(test.TestName.UniqueName, out line))
        {
            open.Remove(test.TestName.UniqueName);
            Write(status + line);
        }
        failed |= status == "failed";
    }

    private void End(TestResult result)
    {
        if (result.ResultState == ResultState.Success)
        {
            End(result.Test.IsSuite ? "dropped" : "passed", result.Test);
        }
        else if (!result.IsFailure && !result.IsError && result.ResultState != ResultState.NotRunnable)
        {
            End(result.Test.IsSuite ? "dropped" : "skipped", result.Test);
        }
        else if (result.Test.IsSuite && result.FailureSite == FailureSite.Child)
        {
            End("dropped", result.Test);
        }
        else
        {
            End("failed", result.Test);
            Tell(error, Name(result.Test) + ": " + result.Message + "\n" + result.StackTrace + "\n");
        }
    }

    /// <summary>What NUnit tells nothing about: explicit tests, and those whose fixture could not be set up.</summary>
    private void EndRest(ITest test)
    {
        foreach (ITest child in Children(test))
        {
            EndRest(child);
        }
        if (open.ContainsKey(test.TestName.UniqueName))
        {
            bool isLeftOut = test.RunState == RunState.Explicit || test.RunState == RunState.Ignored || test.RunState == RunState.Skipped;
            End(test.IsSuite ? "dropped" : isLeftOut ? "skipped" : "failed", test);
        }
    }

    private static IEnumerable<ITest> Children(ITest test)
    {
        return test.Tests == null ? Enumerable.Empty<ITest>() : test.Tests.Cast<ITest>();
    }

    /// <summary>"Fixture > Test[case]", without namespaces.</summary>
    private static string Name(ITest test)
    {
        var names = new List<string>();
        var cases = new List<string>();
        for (ITest each = test; each != null; each = each.Parent)
        {
            string name = each.TestName.Name;
            string type = each.TestType;
            string owner = each.Parent == null ? "" : each.Parent.TestType;
            if (each != test && (type == "Assembly" || type == "SetUpFixture" || type == "Namespace" || type == "Project"))
            {
                continue;
            }
            if (owner == "ParameterizedTest" || owner == "Theory" || owner == "ParameterizedFixture" || owner == "GenericFixture")
            {
                string outer = each.Parent.TestName.Name;
                if (name.StartsWith(outer + "(", StringComparison.Ordinal) && name.EndsWith(")", StringComparison.Ordinal))
                {
                    cases.Insert(0, name.Substring(outer.Length + 1, name.Length - outer.Length - 2));
                    continue;
                }
            }
            names.Insert(0, type == "Assembly" ? Path.GetFileName(name) : name);
        }
        return string.Join(" > ", names) + (cases.Count > 0 ? "[" + string.Join("][", cases) + "]" : "");
    }

    private void Write(string line)
    {
        Tell(report, line);
    }

    private static void Tell(Stream stream, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        lock (stream)
        {
            stream.Write(bytes, 0, bytes.Length);
            stream.Flush();
        }
    }

    public void TestStarted(TestName testName)
    {
        Environment.CurrentDirectory = folder; // NUnit goes to that of the assembly
    }

    public void TestFinished(TestResult result)
    {
        End(result);
    }

    public void SuiteStarted(TestName testName)
    {
        Environment.CurrentDirectory = folder;
    }

    public void SuiteFinished(TestResult result)
    {
        End(result);
    }

    public void TestOutput(TestOutput testOutput)
    {
        Tell(testOutput.Type == TestOutputType.Out ? output : error, testOutput.Text);
    }

    public void UnhandledException(Exception exception)
    {
        failed = true;
        Tell(error, exception + "\n");
    }

    public void RunStarted(string name, int testCount)
    {
    }

    public void RunFinished(TestResult result)
    {
    }

    public void RunFinished(Exception exception)
    {
        failed = true;
        Tell(error, exception + "\n");
    }
}
