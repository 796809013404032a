using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace UpgradeLink.Tests
{
    public static class StateTests
    {
        public static void An_event_is_sent_with_everything_that_was_set()
        {
            Setting.Admin("DELETE", "requests");
            using (var client = Setting.Client())
                client.Report(new UpgradeEvent(EventType.Upgrade, "whole", 1)
                {
                    Time = DateTimeOffset.FromUnixTimeMilliseconds(1700000000123),
                    UpgradeVersionCode = 2,
                    Code = 1003,
                    DeviceKey = "a-device",
                    DeviceModelKey = "a-model",
                    Target = "windows",
                    Arch = "x86_64",
                });
            var sent = Setting.Admin("GET", "requests");
            foreach (var part in new[] { "app_upgrade", "whole", "1003", "a-device", "a-model", "windows", "x86_64" })
                Expect.Contains(part, sent);
        }

        public static async Task A_start_and_a_download_are_reported_in_the_background()
        {
            Setting.Admin("DELETE", "requests");
            using (var client = Setting.Client())
            {
                var start = new UpgradeEvent(EventType.Start, "whole", 1) { LaunchTime = DateTimeOffset.UtcNow };
                await Expect.Soon(client.ReportAsync(start));
                var download = new UpgradeEvent(EventType.Download, "whole", 1) { DownloadVersionCode = 2 };
                await Expect.Soon(client.ReportAsync(download));
            }
            var sent = Setting.Admin("GET", "requests");
            Expect.Contains("app_start", sent);
            Expect.Contains("app_upgrade_download", sent);
        }

        public static async Task A_wrong_event_is_refused()
        {
            using (var client = Setting.Client())
            {
                var wrong = new UpgradeEvent(EventType.Download, "whole", 1);
                Expect.Equal(
                    Status.InvalidArgument, Expect.Throws<UpgradeLinkException>(() => client.Report(wrong)).Status);
                Expect.Equal(
                    Status.InvalidArgument,
                    (await Expect.Throws<UpgradeLinkException>(client.ReportAsync(wrong))).Status);
            }
        }

        public static void With_a_state_folder_events_wait_and_are_flushed()
        {
            using (var folder = new Folder())
            using (var client = Keeping(folder))
            {
                Setting.Admin("DELETE", "requests");
                client.Report(new UpgradeEvent(EventType.Start, "kept-event", 1));
                client.Flush(TimeSpan.FromSeconds(20));
                Expect.Contains("kept-event", Setting.Admin("GET", "requests"));
                Expect.Equal(0UL, client.CountEvents().Waiting);
                Expect.Equal(0UL, client.CountEvents().Dropped);
            }
        }

        public static void An_upgrade_that_was_remembered_is_reported_by_the_next_version()
        {
            using (var folder = new Folder())
            {
                using (var client = Keeping(folder))
                    client.RememberUpgrade(client.Check(Setting.Bare()));
                Setting.Admin("DELETE", "requests");
                using (var client = Keeping(folder))
                {
                    client.ReportStarted("bare", 2);
                    client.Flush(TimeSpan.FromSeconds(20));
                }
                var sent = Setting.Admin("GET", "requests");
                Expect.Contains("app_start", sent);
                Expect.Contains("app_upgrade", sent);
            }
        }

        public static void The_last_answer_is_kept_between_runs()
        {
            using (var folder = new Folder())
            {
                using (var client = Keeping(folder))
                {
                    Expect.Equal(
                        Status.NotFound,
                        Expect.Throws<UpgradeLinkException>(() => client.LastStrategy(Setting.Bare())).Status);
                    client.Check(Setting.Bare());
                }
                Thread.Sleep(5);
                using (var client = Keeping(folder))
                {
                    var last = client.LastStrategy(Setting.Bare());
                    Expect.Equal(2L, last.VersionCode);
                    Expect.True(last.Age > TimeSpan.Zero, "it has an age");
                }
            }
        }

        public static void Without_a_state_folder_nothing_is_remembered()
        {
            using (var client = Setting.Client())
            {
                var strategy = client.Check(Setting.Bare());
                Action[] calls =
                {
                    () => client.LastStrategy(Setting.Bare()),
                    () => client.Skip(strategy),
                    () => client.Snooze(strategy, DateTimeOffset.UtcNow),
                    () => client.RememberUpgrade(strategy),
                };
                foreach (var call in calls)
                    Expect.Equal(Status.Config, Expect.Throws<UpgradeLinkException>(call).Status);
            }
        }

        public static void An_upgrade_that_was_snoozed_or_skipped_is_not_wanted()
        {
            using (var folder = new Folder())
            using (var client = Keeping(folder))
            {
                var strategy = client.Check(Setting.Bare());
                Expect.Equal(true, client.IsWanted(strategy));
                client.Snooze(strategy, DateTimeOffset.UtcNow.AddDays(1));
                Expect.Equal(false, client.IsWanted(strategy));
                client.Snooze(strategy, DateTimeOffset.UtcNow.AddDays(-1));
                Expect.Equal(true, client.IsWanted(strategy));
                client.Skip(strategy);
                Expect.Equal(false, client.IsWanted(strategy));
            }
        }

        public static void A_scheduler_calls_back_and_checks()
        {
            using (var folder = new Folder())
            using (var client = Keeping(folder))
            using (var scheduler = Due(client, folder))
            using (var called = new ManualResetEventSlim())
            {
                var version = 0L;
                scheduler.Start(itself =>
                {
                    version = itself.Check().VersionCode;
                    called.Set();
                });
                Expect.True(called.Wait(TimeSpan.FromSeconds(90)), "it called back");
                Expect.Equal(2L, version);
                scheduler.Stop();
                Expect.True(scheduler.DueIn > TimeSpan.Zero, "the next check is planned");
            }
        }

        public static void A_scheduler_that_runs_is_not_started_twice()
        {
            using (var client = Setting.Client())
            using (var scheduler = client.Schedule(Setting.Bare(), TimeSpan.FromDays(1)))
            {
                scheduler.Start(_ => { });
                Expect.Equal(
                    Status.InvalidArgument,
                    Expect.Throws<UpgradeLinkException>(() => scheduler.Start(_ => { })).Status);
                scheduler.Stop();
                scheduler.Start(_ => { });
            }
        }

        public static void A_scheduler_with_a_wrong_interval_is_refused()
        {
            using (var client = Setting.Client())
                Expect.Equal(
                    Status.InvalidArgument,
                    Expect.Throws<UpgradeLinkException>(
                        () => client.Schedule(Setting.Bare(), TimeSpan.FromMilliseconds(1))).Status);
        }

        public static void A_scheduler_can_be_disposed_when_it_calls_back_and_what_it_threw_is_logged()
        {
            using (var logged = new ManualResetEventSlim())
            using (var folder = new Folder())
            {
                var configuration = Setting.Configuration();
                configuration.StateFolder = folder.Path;
                configuration.Log = (level, line) =>
                {
                    if (level == LogLevel.Error && line.Contains("of my own"))
                        logged.Set();
                };
                using (var client = new UpgradeLinkClient(configuration))
                {
                    Due(client, folder).Start(scheduler =>
                    {
                        scheduler.Dispose();
                        throw new InvalidOperationException("of my own");
                    });
                    Expect.True(logged.Wait(TimeSpan.FromSeconds(90)), "the exception is logged");
                }
            }
        }

        private static UpgradeLinkClient Keeping(Folder folder)
        {
            var configuration = Setting.Configuration();
            configuration.StateFolder = folder.Path;
            return new UpgradeLinkClient(configuration);
        }

        /// <summary>A scheduler whose first check, planned within a minute, soon comes.</summary>
        private static Scheduler Due(UpgradeLinkClient client, Folder folder)
        {
            // A check plans the next one about an interval later.
            var scheduler = client.Schedule(Setting.Bare(), TimeSpan.FromSeconds(1));
            scheduler.Check();
            return scheduler;
        }
    }
}
