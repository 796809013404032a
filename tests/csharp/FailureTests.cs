using System;

namespace UpgradeLink.Tests
{
    public static class FailureTests
    {
        public static void An_exception_carries_what_the_service_said()
        {
            using (var client = Setting.Client())
            {
                var failure = Expect.Throws<UpgradeLinkException>(() => client.Check(new Query(Kind.Url, "nobody", 1)));
                Expect.Equal(Status.NotFound, failure.Status);
                Expect.Equal(Stage.Service, failure.Stage);
                Expect.Equal(404, failure.HttpStatus);
                Expect.Equal(404001L, failure.ServiceCode);
                Expect.Contains("http://upgrade.toolsetlink.com/", failure.Docs);
                Expect.Equal(0, failure.OSError);
                Expect.Equal(false, failure.IsRetryable);
                Expect.Equal(TimeSpan.Zero, failure.RetryAfter);
                Expect.Contains("404001", failure.Message);
            }
        }

        public static void An_exception_tells_when_to_come_again()
        {
            using (var client = Setting.Client())
            {
                var failure = Expect.Throws<UpgradeLinkException>(
                    () => client.Check(new Query(Kind.Mac, "slow", 1) { Arch = "x64" }));
                Expect.Equal(Status.RateLimited, failure.Status);
                Expect.Equal(true, failure.IsRetryable);
                Expect.Equal(TimeSpan.FromSeconds(7), failure.RetryAfter);
            }
        }

        public static void A_page_of_a_hotel_is_no_answer()
        {
            using (var client = Setting.Client())
            {
                var failure = Expect.Throws<UpgradeLinkException>(
                    () => client.Check(new Query(Kind.Win, "slow", 1) { Arch = "x64" }));
                Expect.Equal(Status.Reply, failure.Status);
                Expect.Equal(Stage.Decode, failure.Stage);
                Expect.Equal(200, failure.HttpStatus);
                Expect.Contains("<html>", failure.Message);
            }
        }

        public static void A_refused_connection_tells_the_systems_error()
        {
            var configuration = Setting.Configuration();
            configuration.Endpoint = "http://127.0.0.1:1";
            configuration.MaxAttempts = 1;
            using (var client = new UpgradeLinkClient(configuration))
            {
                var failure = Expect.Throws<UpgradeLinkException>(() => client.Check(Setting.Bare()));
                Expect.Equal(Status.Connect, failure.Status);
                Expect.Equal(Stage.Connect, failure.Stage);
                Expect.True(failure.OSError != 0, "the system's error is told");
                Expect.Equal(true, failure.IsRetryable);
            }
        }

        public static void A_time_limit_is_kept()
        {
            var configuration = Setting.Configuration();
            configuration.TotalTimeout = TimeSpan.FromMilliseconds(200);
            using (var client = new UpgradeLinkClient(configuration))
                Expect.Equal(
                    Status.Timeout,
                    Expect.Throws<UpgradeLinkException>(() => client.Check(Setting.Slow())).Status);
        }

        public static void A_wrong_configuration_makes_no_client()
        {
            var gopher = Setting.Configuration();
            gopher.Endpoint = "gopher://x";
            var failure = Expect.Throws<UpgradeLinkException>(() => new UpgradeLinkClient(gopher));
            Expect.Equal(Status.Config, failure.Status);
            Expect.Contains("endpoint", failure.Message);

            var uncertain = Setting.Configuration();
            uncertain.CaPem = "no certificate";
            Expect.Equal(
                Status.Config, Expect.Throws<UpgradeLinkException>(() => new UpgradeLinkClient(uncertain)).Status);

            var unsigned = Setting.Configuration();
            unsigned.PublicKeys.Add("no key");
            Expect.Equal(
                Status.Config, Expect.Throws<UpgradeLinkException>(() => new UpgradeLinkClient(unsigned)).Status);

            var eager = Setting.Configuration();
            eager.MaxAttempts = -1;
            Expect.Equal(
                Status.Config, Expect.Throws<UpgradeLinkException>(() => new UpgradeLinkClient(eager)).Status);
        }

        public static void A_wrong_query_is_refused_before_anything_is_sent()
        {
            using (var client = Setting.Client())
            {
                var failure = Expect.Throws<UpgradeLinkException>(() => client.Check(new Query(Kind.Win, "bare", 1)));
                Expect.Equal(Status.InvalidArgument, failure.Status);
                Expect.Contains("arch", failure.Message);
            }
        }

        public static void Null_where_something_is_needed_is_refused()
        {
            using (var client = Setting.Client())
            {
                Expect.Throws<ArgumentNullException>(() => new UpgradeLinkClient(null));
                Expect.Throws<ArgumentNullException>(() => new Configuration(null, "secret"));
                Expect.Throws<ArgumentNullException>(() => new Query(Kind.Url, null, 1));
                Expect.Throws<ArgumentNullException>(() => new FetchOptions(null));
                Expect.Throws<ArgumentNullException>(() => client.Check(null));
                Expect.Throws<ArgumentNullException>(() => { client.CheckAsync(null); });
                Expect.Throws<ArgumentNullException>(() => client.Measure(null));
                Expect.Throws<ArgumentNullException>(() => client.Fetch(null, new FetchOptions("x")));
                Expect.Throws<ArgumentNullException>(() => client.IsWanted(null));
                Expect.Throws<ArgumentNullException>(() => client.Report(null));
                Expect.Throws<ArgumentNullException>(() => Library.Has(null));
            }
        }

        public static void A_negative_duration_or_size_is_refused()
        {
            var configuration = Setting.Configuration();
            configuration.TotalTimeout = TimeSpan.FromSeconds(-3);
            Expect.Throws<ArgumentOutOfRangeException>(() => new UpgradeLinkClient(configuration));
            using (var client = Setting.Client())
                Expect.Throws<ArgumentOutOfRangeException>(
                    () => client.FetchLink(Setting.SlowLink, -1, null, new FetchOptions("x")));
        }
    }
}
