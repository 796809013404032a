// Checks for an upgrade, fetches it, and shows how far it is. Enter cancels; the next run goes on from there.
//
//   UPGRADELINK_ACCESS_KEY=... UPGRADELINK_SECRET_KEY=... Update APK_KEY VERSION_CODE FOLDER
//
// UPGRADELINK_ENDPOINT names a server of your own.
using System;
using System.Threading;
using System.Threading.Tasks;
using UpgradeLink;

internal static class Update
{
    private static int Main(string[] arguments)
    {
        using (var source = new CancellationTokenSource())
        {
            var listener = new Thread(() =>
            {
                if (Console.ReadLine() != null)
                    source.Cancel();
            });
            listener.IsBackground = true;
            listener.Start();
            try
            {
                Run(arguments[0], long.Parse(arguments[1]), arguments[2], source.Token).GetAwaiter().GetResult();
                return 0;
            }
            catch (OperationCanceledException)
            {
                Console.WriteLine("cancelled");
            }
            catch (UpgradeLinkException failure)
            {
                Console.WriteLine(failure.Status + ": " + failure.Message);
            }
            return 1;
        }
    }

    private static async Task Run(string appKey, long versionCode, string folder, CancellationToken cancel)
    {
        using (var client = new UpgradeLinkClient(Settings()))
        using (var strategy = await client.CheckAsync(new Query(Kind.Apk, appKey, versionCode), cancel))
        {
            if (!strategy.IsAvailable)
            {
                Console.WriteLine("already the newest");
                return;
            }
            Console.WriteLine("version " + strategy.VersionName + " is out");
            var artifact = await client.FetchAsync(strategy, new FetchOptions(folder), new Printed(), cancel);
            Console.WriteLine("fetched " + artifact.Path);
        }
    }

    private static Configuration Settings()
    {
        var configuration = new Configuration(
            Environment.GetEnvironmentVariable("UPGRADELINK_ACCESS_KEY"),
            Environment.GetEnvironmentVariable("UPGRADELINK_SECRET_KEY"));
        var endpoint = Environment.GetEnvironmentVariable("UPGRADELINK_ENDPOINT");
        if (endpoint != null)
        {
            configuration.Endpoint = endpoint;
            configuration.AllowHttp = endpoint.StartsWith("http:");
        }
        return configuration;
    }

    // A window would take a Progress<UpgradeProgress>, which reports on the thread that made it.
    private sealed class Printed : IProgress<UpgradeProgress>
    {
        public void Report(UpgradeProgress reached)
        {
            Console.WriteLine(reached.Done + " of " + (reached.Total?.ToString() ?? "?") + " bytes");
        }
    }
}
