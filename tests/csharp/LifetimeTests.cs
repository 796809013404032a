using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace UpgradeLink.Tests
{
    public static class LifetimeTests
    {
        public static async Task Whatever_was_disposed_says_so()
        {
            var client = Setting.Client();
            var strategy = client.Check(Setting.Bare());
            var scheduler = client.Schedule(Setting.Bare(), TimeSpan.FromDays(1));
            scheduler.Dispose();
            scheduler.Dispose();
            Expect.Throws<ObjectDisposedException>(() => scheduler.Check());
            Expect.Throws<ObjectDisposedException>(() => scheduler.Start(_ => { }));
            Expect.Throws<ObjectDisposedException>(() => scheduler.DueIn.ToString());
            strategy.Dispose();
            Expect.Throws<ObjectDisposedException>(() => client.IsWanted(strategy));
            Expect.Throws<ObjectDisposedException>(() => client.Fetch(strategy, new FetchOptions("x")));
            client.Dispose();
            client.Dispose();
            Expect.Throws<ObjectDisposedException>(() => client.Check(Setting.Bare()));
            Expect.Throws<ObjectDisposedException>(() => client.Measure("bare"));
            await Expect.Throws<ObjectDisposedException>(client.CheckAsync(Setting.Bare()));
            Expect.Throws<ObjectDisposedException>(() => client.Schedule(Setting.Bare(), TimeSpan.FromDays(1)));
        }

        public static void The_garbage_collector_may_run_in_every_callback()
        {
            var lines = 0;
            var configuration = Setting.Configuration();
            configuration.LogLevel = LogLevel.Debug;
            configuration.Log = (level, line) =>
            {
                Collect();
                lines++;
            };
            using (var client = new UpgradeLinkClient(configuration))
            using (var folder = new Folder())
            {
                var told = 0;
                var progress = new Told(_ =>
                {
                    Collect();
                    told++;
                });
                var options = new FetchOptions(folder.Path);
                var strategy = client.Check(Setting.Filed());
                Expect.Equal(Origin.Downloaded, client.FetchAsync(strategy, options, progress).Result.Origin);
                Expect.True(lines > 0 && told > 0, "both were called");
            }
        }

        public static async Task The_garbage_collector_may_run_in_what_follows_an_await()
        {
            // The thread that goes on may be one that the runtime made while the library's was running.
            using (var client = Setting.Client())
                for (var turn = 0; turn < 50; turn++)
                {
                    await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.CheckAsync(Setting.Bare())))
                        .ConfigureAwait(false);
                    Collect();
                }
        }

        public static async Task A_bad_access_in_a_callback_is_an_exception_like_any_other()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            {
                string nothing = null;
                var progress = new Told(_ => nothing.Trim());
                await Expect.Throws<NullReferenceException>(
                    client.FetchLinkAsync(Setting.SlowLink, null, null, new FetchOptions(folder.Path), progress));
            }
        }

        public static void A_call_keeps_what_it_needs_though_nobody_else_does()
        {
            var task = Forgotten();
            for (var turn = 0; turn < 20 && !task.IsCompleted; turn++)
            {
                Collect();
                Thread.Sleep(20);
            }
            Expect.Equal("whole", task.Result.AppKey);
        }

        public static void Finalizers_give_everything_back()
        {
            var gone = Forget(100);
            Expect.Soon(
                () =>
                {
                    Collect();
                    return gone.All(reference => !reference.IsAlive);
                },
                "clients and strategies are collected");
            using (var client = Setting.Client())
                Expect.Equal(true, client.Check(Setting.Bare()).IsAvailable);
        }

        public static void The_log_goes_when_its_client_does()
        {
            var gone = LogOf(Setting.Configuration());
            Expect.Soon(
                () =>
                {
                    Collect();
                    return !gone.IsAlive;
                },
                "the log's target is collected");
        }

        public static async Task The_log_is_written_until_the_last_call_is_over()
        {
            var lines = new List<string>();
            var configuration = Setting.Configuration();
            configuration.LogLevel = LogLevel.Debug;
            configuration.Log = (level, line) =>
            {
                lock (lines)
                    lines.Add(line);
            };
            Setting.Admin("POST", "faults", "[{\"on\": \"/v1/url/version\", \"delay_ms\": 300, \"times\": 1}]");
            Task<VersionDetails> task;
            int before;
            using (var client = new UpgradeLinkClient(configuration))
            {
                task = client.DescribeAsync(new Query(Kind.Url, "bare", 2));
                lock (lines)
                    before = lines.Count;
            }
            await Expect.Soon(task);
            lock (lines)
                Expect.True(lines.Count > before, "lines came after Dispose");
        }

        public static void A_log_that_throws_stops_nothing()
        {
            var called = 0;
            var configuration = Setting.Configuration();
            configuration.LogLevel = LogLevel.Debug;
            configuration.Log = (level, line) =>
            {
                called++;
                throw new InvalidOperationException("of my own");
            };
            using (var client = new UpgradeLinkClient(configuration))
                Expect.Equal(true, client.Check(Setting.Bare()).IsAvailable);
            Expect.True(called > 0, "it was called");
        }

        public static void The_library_may_be_called_from_the_log_and_the_progress()
        {
            UpgradeLinkClient client = null;
            var inside = false;
            var available = new List<bool>();
            var configuration = Setting.Configuration();
            configuration.LogLevel = LogLevel.Debug;
            configuration.Log = (level, line) =>
            {
                if (client == null || inside)
                    return;
                inside = true;
                available.Add(client.Check(Setting.Bare()).IsAvailable);
            };
            using (client = new UpgradeLinkClient(configuration))
            using (var folder = new Folder())
            {
                var progress = new Told(_ => available.Add(client.Check(Setting.Bare()).IsAvailable));
                client.Fetch(client.Check(Setting.Filed()), new FetchOptions(folder.Path), progress);
            }
            Expect.True(available.Count >= 2 && available.All(yes => yes), "each call within a callback worked");
        }

        public static void A_thousand_calls_leave_nothing_behind()
        {
            using (var client = Setting.Client())
            {
                for (var turn = 0; turn < 1000; turn++)
                    Expect.Throws<UpgradeLinkException>(() => client.Check(new Query(Kind.Win, "x", 1)));
                var before = Memory();
                for (var turn = 0; turn < 1000; turn++)
                    Expect.Throws<UpgradeLinkException>(() => client.Check(new Query(Kind.Win, "x", 1)));
                Expect.True(Memory() - before < 1 << 20, "the managed memory does not grow");
            }
        }

        // Not inlined, so that no local of the caller keeps what is made in here.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static Task<VersionDetails> Forgotten()
        {
            Setting.Admin("POST", "faults", "[{\"on\": \"/v1/apk/version\", \"delay_ms\": 200, \"times\": 1}]");
            return Setting.Client().DescribeAsync(new Query(Kind.Apk, "whole", 1));
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static List<WeakReference> Forget(int count)
        {
            var references = new List<WeakReference>();
            // On a thread of its own: Mono's collector takes what it finds on the stack for references.
            var thread = new Thread(() =>
            {
                for (var turn = 0; turn < count; turn++)
                {
                    var client = Setting.Client();
                    references.Add(new WeakReference(client));
                    references.Add(new WeakReference(client.Check(Setting.Bare())));
                }
            });
            thread.Start();
            thread.Join();
            return references;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static WeakReference LogOf(Configuration configuration)
        {
            WeakReference reference = null;
            var thread = new Thread(() =>
            {
                var target = new List<string>();
                configuration.Log = (level, line) => target.Add(line);
                reference = new WeakReference(target);
                new UpgradeLinkClient(configuration).Dispose();
                configuration.Log = null;
            });
            thread.Start();
            thread.Join();
            return reference;
        }

        private static long Memory()
        {
            Collect();
            return GC.GetTotalMemory(true);
        }

        private static void Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
