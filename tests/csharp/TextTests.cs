using System;

namespace UpgradeLink.Tests
{
    public static class TextTests
    {
        public static void Texts_beyond_ascii_go_in_and_come_out_whole()
        {
            Setting.Admin("DELETE", "requests");
            using (var client = Setting.Client())
                client.Check(new Query(Kind.Url, "bare", 1) { DeviceKey = "\u00fcn\u00ef\ud83d\ude00" });
            Expect.Contains("\u00fcn\u00ef\ud83d\ude00", Setting.Admin("GET", "requests"));
        }

        public static void A_text_with_a_NUL_is_refused_and_not_cut()
        {
            var failure = Expect.Throws<ArgumentException>(() => new Query(Kind.Url, "ba\0re", 1));
            Expect.Equal("appKey", failure.ParamName);
        }

        public static void Half_a_surrogate_pair_is_refused_and_not_replaced()
        {
            using (var client = Setting.Client())
            {
                var query = new Query(Kind.Url, "bare", 1) { DeviceKey = "\ud83d" };
                Expect.Equal("DeviceKey", Expect.Throws<ArgumentException>(() => client.Check(query)).ParamName);
            }
        }

        public static void Every_setting_of_a_configuration_and_a_query_is_taken()
        {
            var configuration = Setting.Configuration();
            configuration.ConnectTimeout = TimeSpan.FromSeconds(5);
            configuration.ResponseTimeout = TimeSpan.FromDays(365);
            configuration.TotalTimeout = System.Threading.Timeout.InfiniteTimeSpan;
            configuration.MaxAttempts = 2;
            configuration.UserAgent = "test/1";
            configuration.DeviceKey = "overruled";
            configuration.DeviceModelKey = "model of the configuration";
            configuration.SignaturePolicy = SignaturePolicy.Off;
            Setting.Admin("DELETE", "requests");
            using (var client = new UpgradeLinkClient(configuration))
                client.Check(new Query(Kind.Url, "bare", 1) { DeviceKey = "device of the query", AppointVersionCode = 2 });

            var requests = Setting.Admin("GET", "requests");
            Expect.Contains("test/1", requests);
            Expect.Contains("device of the query", requests);
            Expect.Contains("model of the configuration", requests);
            Expect.Contains("appointVersionCode", requests);
            Expect.True(!requests.Contains("overruled"), "the query's device key wins");
        }
    }
}
