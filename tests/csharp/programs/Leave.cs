// Ends while calls run, one that waits for its answer and one that tells of its progress.
using System;
using System.IO;
using System.Threading;
using UpgradeLink;

internal static class Leave
{
    private static int Main()
    {
        var endpoint = Environment.GetEnvironmentVariable("UPGRADELINK_ENDPOINT");
        var configuration = new Configuration("access", "secret") { Endpoint = endpoint, AllowHttp = true, Proxy = "" };
        configuration.LogLevel = LogLevel.Debug;
        configuration.Log = (level, line) => { };
        var client = new UpgradeLinkClient(configuration);
        client.CheckAsync(new Query(Kind.Lnx, "slow", 1) { Arch = "x64" });
        using (var begun = new ManualResetEventSlim())
        {
            var folder = Path.Combine(Path.GetTempPath(), "upgradelink-" + Guid.NewGuid());
            client.FetchLinkAsync(
                endpoint + "/files/slow.bin", null, null, new FetchOptions(folder) { KeepPartial = false },
                new Told(begun));
            begun.Wait();
            Console.WriteLine("left");
            return 7;
        }
    }

    private sealed class Told : IProgress<UpgradeProgress>
    {
        private readonly ManualResetEventSlim begun;

        internal Told(ManualResetEventSlim begun)
        {
            this.begun = begun;
        }

        public void Report(UpgradeProgress reached)
        {
            if (!begun.IsSet)
                begun.Set();
        }
    }
}
