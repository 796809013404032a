using System;
using System.Threading;
using System.Threading.Tasks;

namespace UpgradeLink.Conformance
{
    /// <summary>What each verb calls.</summary>
    internal sealed class Calls : IProgress<UpgradeProgress>
    {
        private readonly Case current;
        private readonly string how;
        private readonly CancellationTokenSource source = new CancellationTokenSource();
        private long done;
        private long? total;

        internal Calls(Case current, string how)
        {
            this.current = current;
            this.how = how;
        }

        internal void Do(string verb)
        {
            switch (verb)
            {
                case "has":
                    current.Gave("has", Library.Has(current.Argument("feature")));
                    break;
                case "version":
                    current.Gave("version", Library.Version);
                    current.Gave("version_number", Library.VersionNumber);
                    break;
                case "patch_apply":
                    ApplyPatch();
                    break;
                case "patch_inspect":
                    Results.Give(current, Patch.Inspect(current.Field("patch", "patch", "")));
                    break;
                default:
                    using (var client = new UpgradeLinkClient(Settings.Configuration(current)))
                        Do(verb, client);
                    break;
            }
        }

        /// <summary>Stops where the list says so.</summary>
        public void Report(UpgradeProgress reached)
        {
            current.Gave("progress.seen", true);
            current.Gave("progress.done", done = Math.Max(done, reached.Done));
            if (reached.Total.HasValue)
                current.Gave("progress.total", total = Math.Max(total ?? 0, reached.Total.Value));
            if (how == "stop" && reached.Done > 0)
                source.Cancel();
        }

        private void Do(string verb, UpgradeLinkClient client)
        {
            switch (verb)
            {
                case "client":
                    break;
                case "check":
                    Results.Give(current, Either(
                        () => client.Check(Settings.Query(current)),
                        token => client.CheckAsync(Settings.Query(current), token)));
                    break;
                case "describe":
                    Results.Give(current, Either(
                        () => client.Describe(Settings.Query(current)),
                        token => client.DescribeAsync(Settings.Query(current), token)));
                    break;
                case "measure":
                    var key = current.Field("query", "app_key", "");
                    Results.Give(current, Either(() => client.Measure(key), token => client.MeasureAsync(key, token)));
                    break;
                case "fetch":
                    var offered = Checked(client);
                    TellProgress();
                    Results.Give(current, client.Fetch(offered, Settings.FetchOptions(current), this, source.Token));
                    break;
                case "fetch_link":
                    FetchLink(client);
                    break;
                case "report":
                    var happened = Settings.Event(current);
                    Either(
                        () => { client.Report(happened); return 0; },
                        async token => { await client.ReportAsync(happened, token); return 0; });
                    break;
                case "flush":
                    client.Flush(Names.Limit(current.Argument("timeout_ms")));
                    break;
                case "report_started":
                    client.ReportStarted(
                        current.Field("query", "app_key", ""), Names.Number(current.Field("query", "version_code", "1")));
                    break;
                case "remember_upgrade":
                    client.RememberUpgrade(Checked(client));
                    break;
                case "last_strategy":
                    Results.Give(current, client.LastStrategy(Settings.Query(current)));
                    break;
                case "skip":
                    client.Skip(Checked(client));
                    break;
                case "snooze":
                    client.Snooze(Checked(client), Names.Time(current.Argument("until_unix_ms")));
                    break;
                case "is_wanted":
                    current.Gave("wanted", client.IsWanted(Checked(client)));
                    break;
                case "schedule":
                    using (var scheduler = client.Schedule(
                        Settings.Query(current), Names.Limit(current.Argument("interval_ms"))))
                        Results.Give(current, scheduler.Check());
                    break;
                default:
                    throw new Wrong("unknown verb: " + verb);
            }
        }

        private Strategy Checked(UpgradeLinkClient client)
        {
            var strategy = client.Check(Settings.Query(current));
            Results.Give(current, strategy);
            return strategy;
        }

        private void FetchLink(UpgradeLinkClient client)
        {
            var url = current.Field("link", "url", "");
            var size = Names.Size(current.Field("link", "size", "(null)"));
            var md5 = Names.Optional(current.Field("link", "md5", "(null)"));
            var options = Settings.FetchOptions(current);
            TellProgress();
            Results.Give(current, Either(
                () => client.FetchLink(url, size, md5, options, this, source.Token),
                token => client.FetchLinkAsync(url, size, md5, options, this, token)));
        }

        private void ApplyPatch()
        {
            var from = current.Field("patch", "base", "");
            var patch = current.Field("patch", "patch", "");
            var to = current.Field("patch", "output", "");
            var options = Settings.PatchOptions(current);
            TellProgress();
            Either(
                () => { Patch.Apply(from, patch, to, options, this, source.Token); return 0; },
                async token => { await Patch.ApplyAsync(from, patch, to, options, this, token); return 0; });
        }

        private void TellProgress()
        {
            current.Gave("progress.seen", false);
            current.Gave("progress.done", 0);
            current.Gave("progress.total", null);
        }

        private T Either<T>(Func<T> call, Func<CancellationToken, Task<T>> start)
        {
            if (how == "call" || how == "stop")
                return call();
            var task = start(source.Token);
            if (how == "cancel")
                source.Cancel();
            return task.GetAwaiter().GetResult();
        }
    }
}
