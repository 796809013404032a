using System;
using System.Linq;

namespace UpgradeLink.Tests
{
    public static class ResultTests
    {
        public static void A_strategy_tells_everything_that_the_service_gives()
        {
            using (var client = Setting.Client())
            using (var strategy = client.Check(Setting.Whole()))
            {
                Expect.Equal(true, strategy.IsAvailable);
                Expect.Equal(Kind.Apk, strategy.Kind);
                Expect.Equal("whole", strategy.AppKey);
                Expect.Equal("com.example.app", strategy.PackageName);
                Expect.Equal("\u4e8c 2.0", strategy.VersionName);
                Expect.Equal(9007199254740993L, strategy.VersionCode);
                Expect.Equal("https://example.com/2.apk", strategy.Url);
                Expect.Equal(5000000000L, strategy.FileSize);
                Expect.Equal("36ee2a36b5d20d1008507d253423eea7", strategy.FileMd5);
                Expect.Equal(UpgradeType.Force, strategy.UpgradeType);
                Expect.Equal("Restart, please", strategy.Prompt);
                Expect.Equal(PatchAlgo.HDiffPatch, strategy.PatchAlgo);
                Expect.Equal("https://example.com/1-2.patch", strategy.PatchUrl);
                Expect.Equal(203L, strategy.PatchFileSize);
                Expect.Equal("0cc175b9c0f1b6a831c399e269772661", strategy.PatchFileMd5);
                Expect.Equal(null, strategy.Content);
                Expect.Equal(TimeSpan.Zero, strategy.Age);
                Expect.Equal("New version obtained", strategy.Message);
                Expect.Contains("\"apkKey\":\"whole\"", strategy.Json);
            }
        }

        public static void What_the_service_does_not_give_is_null()
        {
            using (var client = Setting.Client())
            {
                var strategy = client.Check(Setting.Bare());
                Expect.Equal(null, strategy.PackageName);
                Expect.Equal(null, strategy.FileSize);
                Expect.Equal(null, strategy.FileMd5);
                Expect.Equal(null, strategy.Prompt);
                Expect.Equal(PatchAlgo.None, strategy.PatchAlgo);
                Expect.Equal(null, strategy.PatchUrl);
                Expect.Equal(null, strategy.PatchFileSize);
                Expect.Equal(null, strategy.PatchFileMd5);
            }
        }

        public static void Already_the_newest_is_no_failure()
        {
            using (var client = Setting.Client())
            {
                var strategy = client.Check(Setting.Bare(2));
                Expect.Equal(false, strategy.IsAvailable);
                Expect.Equal(0L, strategy.VersionCode);
            }
        }

        public static void A_number_that_the_service_has_added_is_kept()
        {
            using (var client = Setting.Client())
                Expect.Equal(77, (int)client.Check(new Query(Kind.Configuration, "settings", 1)).UpgradeType);
        }

        public static void The_content_of_a_configuration_comes_as_it_was_written()
        {
            using (var client = Setting.Client())
                Expect.Equal(
                    "{\"z\": 1, \"a\": 9007199254740993}",
                    client.Check(new Query(Kind.Configuration, "settings", 1)).Content);
        }

        public static void A_strategy_that_was_disposed_can_still_be_read()
        {
            using (var client = Setting.Client())
            {
                var strategy = client.Check(Setting.Bare());
                strategy.Dispose();
                strategy.Dispose();
                Expect.Equal("bare", strategy.AppKey);
            }
        }

        public static void Version_details_tell_everything_that_the_service_gives()
        {
            using (var client = Setting.Client())
            {
                var details = client.Describe(new Query(Kind.Apk, "whole", 1));
                Expect.Equal("whole", details.AppKey);
                Expect.Equal("com.example.app", details.PackageName);
                Expect.Equal("\u4e8c 2.0", details.VersionName);
                Expect.Equal(9007199254740993L, details.VersionCode);
                Expect.Equal("Faster & smaller", details.Description);
                Expect.Contains("\"description\"", details.Json);
            }
        }

        public static void Statistics_tell_every_figure()
        {
            using (var client = Setting.Client())
            {
                var statistics = client.Measure("bare");
                Expect.Equal(1L, statistics.YesterdayDownloadCount);
                Expect.Equal(2L, statistics.TotalDownloadCount);
                Expect.Equal(3L, statistics.YesterdayStrategyCount);
                Expect.Equal(4L, statistics.TotalStrategyCount);
                Expect.Equal(5L, statistics.YesterdayUpgradeCount);
                Expect.Equal(6L, statistics.TotalUpgradeCount);
                Expect.Equal(7L, statistics.YesterdayStartCount);
                Expect.Equal(9007199254740993L, statistics.TotalStartCount);
                Expect.Equal("2026-01-04 2026-01-05", string.Join(" ", statistics.Days.Select(day => day.Name)));
                Expect.Equal(12L, statistics.Days[1].Downloads);
                Expect.Equal(12L, statistics.Days[1][Series.Downloads]);
                Expect.Equal(0L, statistics.Days[1][Series.Starts]);
                Expect.Equal(0L, statistics.Days[1][(Series)99]);
                Expect.Contains("2026-01-04", statistics.Json);
            }
        }

        public static void The_library_tells_its_version_and_features()
        {
            Expect.Equal(
                Library.VersionNumber,
                Library.Version.Split('.').Select(int.Parse).Aggregate((before, part) => before * 1000 + part));
            Expect.Equal(true, Library.Has("http"));
            Expect.Equal(false, Library.Has("teleportation"));
            Expect.Equal("NOT_FOUND", Library.NameOf(Status.NotFound));
            Expect.Equal("UNKNOWN", Library.NameOf((Status)99));
        }
    }
}
