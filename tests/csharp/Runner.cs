using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;

namespace UpgradeLink.Tests
{
    /// <summary>Runs the public methods of this assembly's classes whose names end with Tests.</summary>
    internal static class Runner
    {
        private static int Main(string[] arguments)
        {
            Setting.Data = arguments[0];
            var wanted = arguments.Length > 1 ? arguments[1] : "";
            int passed = 0, failed = 0;
            foreach (var test in Tests().Where(test => test.Name.Contains(wanted)))
            {
                var skip = test.GetCustomAttribute<NotOnMonoAttribute>();
                if (skip != null && Type.GetType("Mono.Runtime") != null)
                {
                    Console.WriteLine("not on Mono: " + test.Name.Replace('_', ' ') + ": " + skip.Why);
                    continue;
                }
                var clock = Stopwatch.StartNew();
                try
                {
                    if (Environment.GetEnvironmentVariable("VERBOSE") != null)
                        Console.WriteLine(test.Name);
                    (test.Invoke(null, null) as Task)?.GetAwaiter().GetResult();
                    passed++;
                }
                catch (Exception exception)
                {
                    failed++;
                    var why = (exception as TargetInvocationException)?.InnerException ?? exception;
                    Console.WriteLine("FAILED: " + test.Name.Replace('_', ' ') + "\n  " + why);
                }
                if (clock.ElapsedMilliseconds > 5000)
                    Console.WriteLine("slow: " + test.Name.Replace('_', ' ') + ": " + clock.ElapsedMilliseconds + " ms");
            }
            Console.WriteLine(passed + " passed, " + failed + " failed");
            return failed == 0 && passed > 0 ? 0 : 1;
        }

        private static IEnumerable<MethodInfo> Tests()
        {
            return from type in typeof(Runner).Assembly.GetTypes()
                   where type.Name.EndsWith("Tests")
                   from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                   select method;
        }
    }

    /// <summary>Marks a test that Mono cannot run.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class NotOnMonoAttribute : Attribute
    {
        internal NotOnMonoAttribute(string why)
        {
            Why = why;
        }

        internal string Why { get; }
    }

    /// <summary>What a test demands.</summary>
    internal static class Expect
    {
        internal static void Equal(object expected, object actual)
        {
            if (!Equals(expected, actual))
                throw new Exception("expected " + (expected ?? "null") + ", got " + (actual ?? "null"));
        }

        internal static void True(bool condition, string what)
        {
            if (!condition)
                throw new Exception("not so: " + what);
        }

        internal static void Contains(string part, string text)
        {
            True(text != null && text.Contains(part), "\"" + text + "\" holds \"" + part + "\"");
        }

        internal static T Throws<T>(Action action) where T : Exception
        {
            try
            {
                action();
            }
            catch (T expected)
            {
                return expected;
            }
            throw new Exception("no " + typeof(T).Name + " was thrown");
        }

        internal static async Task<T> Throws<T>(Task task) where T : Exception
        {
            try
            {
                await Soon(task);
            }
            catch (T expected)
            {
                return expected;
            }
            throw new Exception("no " + typeof(T).Name + " came out of the task");
        }

        /// <summary>Fails when a task is not over in a time that is ample for all.</summary>
        internal static async Task<T> Soon<T>(Task<T> task)
        {
            await Soon((Task)task);
            return await task;
        }

        internal static async Task Soon(Task task)
        {
            if (await Task.WhenAny(task, Task.Delay(TimeSpan.FromSeconds(30))) != task)
                throw new Exception("it is not over after 30 s");
            await task;
        }

        internal static void Soon(Func<bool> condition, string what)
        {
            var clock = Stopwatch.StartNew();
            while (!condition())
            {
                True(clock.Elapsed < TimeSpan.FromSeconds(30), what);
                System.Threading.Thread.Sleep(10);
            }
        }
    }
}
