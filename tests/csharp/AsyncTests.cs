using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace UpgradeLink.Tests
{
    public static class AsyncTests
    {
        public static async Task Every_question_has_an_asynchronous_form()
        {
            using (var client = Setting.Client())
            {
                Expect.Equal(2L, (await Expect.Soon(client.CheckAsync(Setting.Bare()))).VersionCode);
                Expect.Equal(
                    "Faster & smaller",
                    (await Expect.Soon(client.DescribeAsync(new Query(Kind.Apk, "whole", 1)))).Description);
                Expect.Equal(2L, (await Expect.Soon(client.MeasureAsync("bare"))).TotalDownloadCount);
            }
        }

        public static async Task A_failure_comes_out_of_the_task_with_all_its_fields()
        {
            using (var client = Setting.Client())
            {
                var failure = await Expect.Throws<UpgradeLinkException>(
                    client.CheckAsync(new Query(Kind.Url, "nobody", 1)));
                Expect.Equal(Status.NotFound, failure.Status);
                Expect.Equal(404001L, failure.ServiceCode);
            }
        }

        public static async Task A_call_that_cannot_start_fails_its_task()
        {
            using (var client = Setting.Client())
            {
                var failure = await Expect.Throws<UpgradeLinkException>(client.CheckAsync(new Query(Kind.Win, "x", 1)));
                Expect.Equal(Status.InvalidArgument, failure.Status);
            }
        }

        public static async Task Cancelling_ends_a_call_that_waits_for_its_answer()
        {
            using (var client = Setting.Client())
            using (var source = new CancellationTokenSource())
            {
                var task = client.CheckAsync(Setting.Slow(), source.Token);
                source.CancelAfter(50);
                var cancelled = await Expect.Throws<OperationCanceledException>(task);
                Expect.Equal(source.Token, cancelled.CancellationToken);
                Expect.Equal(TaskStatus.Canceled, task.Status);
            }
        }

        public static async Task With_a_token_that_is_cancelled_already_nothing_is_sent()
        {
            Setting.Admin("DELETE", "requests");
            using (var client = Setting.Client())
                await Expect.Throws<OperationCanceledException>(
                    client.CheckAsync(Setting.Bare(), new CancellationToken(true)));
            Expect.True(!Setting.Admin("GET", "requests").Contains("bare"), "no request was sent");
        }

        public static async Task Cancelling_after_the_end_does_nothing()
        {
            using (var client = Setting.Client())
            using (var source = new CancellationTokenSource())
            {
                var strategy = await Expect.Soon(client.CheckAsync(Setting.Bare(), source.Token));
                source.Cancel();
                Expect.Equal(true, strategy.IsAvailable);
            }
        }

        public static async Task What_follows_an_await_does_not_run_on_the_librarys_thread()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            {
                var told = new HashSet<int>();
                var options = new FetchOptions(folder.Path);
                var progress = new Told(reached => told.Add(Thread.CurrentThread.ManagedThreadId));
                await client.FetchLinkAsync(Setting.Endpoint + "/files/files/mixed/new", null, null, options, progress)
                    .ConfigureAwait(false);

                Expect.True(told.Count == 1, "progress was told on one thread");
                Expect.Equal(true, Thread.CurrentThread.IsThreadPoolThread);
                Expect.True(!told.Contains(Thread.CurrentThread.ManagedThreadId), "another thread goes on");
            }
        }

        public static async Task A_continuation_that_blocks_does_not_hold_the_library_up()
        {
            using (var client = Setting.Client())
            using (var release = new ManualResetEventSlim())
            {
                var blocked = Task.Run(async () =>
                {
                    await client.CheckAsync(Setting.Bare()).ConfigureAwait(false);
                    release.Wait();
                });
                await Expect.Soon(Task.WhenAll(Enumerable.Range(0, 70).Select(_ => Repeated(client))));
                release.Set();
                await Expect.Soon(blocked);
            }
        }

        public static async Task More_than_64_calls_at_once_are_refused_as_busy()
        {
            using (var client = Setting.Client())
            using (var source = new CancellationTokenSource())
            {
                var tasks = Enumerable.Range(0, 65).Select(_ => client.CheckAsync(Setting.Slow(), source.Token)).ToList();
                var failure = await Expect.Throws<UpgradeLinkException>(tasks[64]);
                Expect.Equal(Status.Busy, failure.Status);
                source.Cancel();
                foreach (var task in tasks.Take(64))
                    await Expect.Throws<OperationCanceledException>(task);
            }
        }

        public static async Task A_client_can_be_disposed_while_its_calls_run()
        {
            Task<VersionDetails> task;
            Setting.Admin("POST", "faults", "[{\"on\": \"/v1/apk/version\", \"delay_ms\": 300, \"times\": 1}]");
            using (var client = Setting.Client())
                task = client.DescribeAsync(new Query(Kind.Apk, "whole", 1));
            Expect.Equal("whole", (await Expect.Soon(task)).AppKey);
        }

        public static async Task A_cancelled_call_of_a_disposed_client_ends()
        {
            using (var source = new CancellationTokenSource())
            {
                Task<Strategy> task;
                using (var client = Setting.Client())
                    task = client.CheckAsync(Setting.Slow(), source.Token);
                source.Cancel();
                await Expect.Throws<OperationCanceledException>(task);
            }
        }

        public static async Task Ten_threads_share_a_client()
        {
            using (var client = Setting.Client())
            {
                var failures = 0;
                var threads = Enumerable.Range(0, 10).Select(number => new Thread(() =>
                {
                    for (var turn = 0; turn < 20; turn++)
                    {
                        var known = client.Check(Setting.Bare(number % 2 == 0 ? 1 : 2)).IsAvailable;
                        var asked = client.CheckAsync(Setting.Whole()).Result.VersionCode;
                        if (known != (number % 2 == 0) || asked != 9007199254740993)
                            Interlocked.Increment(ref failures);
                    }
                })).ToList();
                threads.ForEach(thread => thread.Start());
                await Expect.Soon(Task.Run(() => threads.ForEach(thread => thread.Join())));
                Expect.Equal(0, failures);
            }
        }

        // The library runs 64 calls at once; whoever is refused comes again.
        private static async Task Repeated(UpgradeLinkClient client)
        {
            while (true)
            {
                try
                {
                    await client.CheckAsync(Setting.Bare());
                    return;
                }
                catch (UpgradeLinkException busy) when (busy.Status == Status.Busy)
                {
                }
                await Task.Delay(20);
            }
        }
    }
}
