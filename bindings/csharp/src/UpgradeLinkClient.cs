using System;
using System.Threading;
using System.Threading.Tasks;

namespace UpgradeLink
{
    /// <summary>
    /// Asks the service. May be used from any thread at once. Calls that run when it is disposed go on.
    /// <para>
    /// Each call that takes long has two forms: one that blocks its thread, and an asynchronous one that runs on a
    /// thread of the library. What awaits the latter continues elsewhere, never on that thread; an
    /// <see cref="IProgress{T}"/> is told there, every 100 ms, and <see cref="Progress{T}"/> takes it from there
    /// to where it was made. An exception in it cancels the call, and comes out of it.
    /// </para>
    /// </summary>
    public sealed unsafe class UpgradeLinkClient : IDisposable
    {
        private readonly ClientHandle handle;
        private readonly Action<LogLevel, string> log;

        /// <summary>Checks everything in <paramref name="configuration"/>; nothing is sent.</summary>
        /// <exception cref="UpgradeLinkException">Something in the configuration is not usable.</exception>
        public UpgradeLinkClient(Configuration configuration)
        {
            if (configuration == null)
                throw new ArgumentNullException(nameof(configuration));
            handle = configuration.Connect();
            log = configuration.Log;
        }

        /// <summary>Gives the client back. Calls that run go on.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }

        /// <summary>
        /// Asks the service what the application should do now. That it is already the newest is no failure: see
        /// <see cref="Strategy.IsAvailable"/>. Each call counts against a gradual rollout: act on what you got.
        /// </summary>
        /// <exception cref="UpgradeLinkException">The network or the service failed.</exception>
        public Strategy Check(Query query)
        {
            using (var client = handle.Use())
            using (var made = Given(query, nameof(query)).Make())
            using (var asked = made.Use())
                return new Strategy(Call.Do(
                    (strategy, error) => Native.upgradelink_check(client.Pointer, asked.Pointer, strategy, error)));
        }

        /// <summary>The same in the background.</summary>
        public Task<Strategy> CheckAsync(
            Query query, CancellationToken cancellationToken = default(CancellationToken))
        {
            Given(query, nameof(query));
            return Run(
                (client, userData, operation, error) =>
                {
                    using (var made = query.Make())
                    using (var asked = made.Use())
                        return Native.upgradelink_check_start(
                            client, asked.Pointer, Callbacks.Completion, userData, operation, error);
                },
                Strategy.Take, null, cancellationToken);
        }

        /// <summary>Asks the service for the details of the version that the query names.</summary>
        /// <exception cref="UpgradeLinkException">The network or the service failed.</exception>
        public VersionDetails Describe(Query query)
        {
            using (var client = handle.Use())
            using (var made = Given(query, nameof(query)).Make())
            using (var asked = made.Use())
                return new VersionDetails(Call.Do(
                    (details, error) => Native.upgradelink_describe(client.Pointer, asked.Pointer, details, error)));
        }

        /// <summary>The same in the background.</summary>
        public Task<VersionDetails> DescribeAsync(
            Query query, CancellationToken cancellationToken = default(CancellationToken))
        {
            Given(query, nameof(query));
            return Run(
                (client, userData, operation, error) =>
                {
                    using (var made = query.Make())
                    using (var asked = made.Use())
                        return Native.upgradelink_describe_start(
                            client, asked.Pointer, Callbacks.Completion, userData, operation, error);
                },
                VersionDetails.Take, null, cancellationToken);
        }

        /// <summary>Asks the service for the figures of an application of any kind.</summary>
        /// <exception cref="UpgradeLinkException">The network or the service failed.</exception>
        public Statistics Measure(string appKey)
        {
            var application = Text.Required(appKey, nameof(appKey));
            using (var client = handle.Use())
                return new Statistics(Call.Do((statistics, error) =>
                {
                    fixed (byte* key = application)
                        return Native.upgradelink_measure(client.Pointer, key, statistics, error);
                }));
        }

        /// <summary>The same in the background.</summary>
        public Task<Statistics> MeasureAsync(
            string appKey, CancellationToken cancellationToken = default(CancellationToken))
        {
            var application = Text.Required(appKey, nameof(appKey));
            return Run(
                (client, userData, operation, error) =>
                {
                    fixed (byte* key = application)
                        return Native.upgradelink_measure_start(
                            client, key, Callbacks.Completion, userData, operation, error);
                },
                Statistics.Take, null, cancellationToken);
        }

        /// <summary>
        /// Fetches the file of a strategy: downloads or patches it, checks it, and puts it in its place in one
        /// step. What an earlier call left is gone on with.
        /// </summary>
        /// <exception cref="UpgradeLinkException">It failed; nothing new stands under the file's name.</exception>
        /// <exception cref="OperationCanceledException">It was cancelled, which takes up to 100 ms here.</exception>
        public Artifact Fetch(
            Strategy strategy, FetchOptions options, IProgress<UpgradeProgress> progress = null,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            using (var client = handle.Use())
            using (var offered = Given(strategy, nameof(strategy)).Use())
            using (var made = Given(options, nameof(options)).Make())
            using (var used = made.Use())
                return new Call(progress, cancellationToken).Do(userData => new Artifact(Call.Do(
                    (artifact, error) => Native.upgradelink_fetch(
                        client.Pointer, offered.Pointer, used.Pointer, Callbacks.Progress, userData, artifact, error))));
        }

        /// <summary>The same in the background.</summary>
        public Task<Artifact> FetchAsync(
            Strategy strategy, FetchOptions options, IProgress<UpgradeProgress> progress = null,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            Given(strategy, nameof(strategy));
            Given(options, nameof(options));
            var told = progress == null ? IntPtr.Zero : Callbacks.Progress;
            return Run(
                (client, userData, operation, error) =>
                {
                    using (var offered = strategy.Use())
                    using (var made = options.Make())
                    using (var used = made.Use())
                        return Native.upgradelink_fetch_start(
                            client, offered.Pointer, used.Pointer, told, Callbacks.Completion, userData, operation,
                            error);
                },
                Artifact.Take, progress, cancellationToken);
        }

        /// <summary>
        /// Fetches a file that the application itself knows of; size and MD5 may be null. A SHA-256 goes into the
        /// options.
        /// </summary>
        /// <exception cref="UpgradeLinkException">It failed; nothing new stands under the file's name.</exception>
        /// <exception cref="OperationCanceledException">It was cancelled, which takes up to 100 ms here.</exception>
        public Artifact FetchLink(
            string url, long? size, string md5, FetchOptions options, IProgress<UpgradeProgress> progress = null,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            byte[] link = Text.Required(url, nameof(url)), hash = Text.In(md5, nameof(md5));
            var bytes = Numbers.Size(size, nameof(size));
            using (var client = handle.Use())
            using (var made = Given(options, nameof(options)).Make())
            using (var used = made.Use())
                return new Call(progress, cancellationToken).Do(userData => new Artifact(Call.Do((artifact, error) =>
                {
                    fixed (byte* from = link, promised = hash)
                        return Native.upgradelink_fetch_link(
                            client.Pointer, from, bytes, promised, used.Pointer, Callbacks.Progress, userData,
                            artifact, error);
                })));
        }

        /// <summary>The same in the background.</summary>
        public Task<Artifact> FetchLinkAsync(
            string url, long? size, string md5, FetchOptions options, IProgress<UpgradeProgress> progress = null,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            byte[] link = Text.Required(url, nameof(url)), hash = Text.In(md5, nameof(md5));
            var bytes = Numbers.Size(size, nameof(size));
            Given(options, nameof(options));
            var told = progress == null ? IntPtr.Zero : Callbacks.Progress;
            return Run(
                (client, userData, operation, error) =>
                {
                    using (var made = options.Make())
                    using (var used = made.Use())
                    fixed (byte* from = link, promised = hash)
                        return Native.upgradelink_fetch_link_start(
                            client, from, bytes, promised, used.Pointer, told, Callbacks.Completion, userData,
                            operation, error);
                },
                Artifact.Take, progress, cancellationToken);
        }

        /// <summary>
        /// Tells the service what happened. With a state folder the event is safely on the disk when this
        /// returns, and is sent in the background; without one the service has answered.
        /// </summary>
        /// <exception cref="UpgradeLinkException">The state folder, or without one the service failed.</exception>
        public void Report(UpgradeEvent happened)
        {
            using (var made = Given(happened, nameof(happened)).Make())
            using (var used = made.Use())
                Do((client, error) => Native.upgradelink_report(client, used.Pointer, error));
        }

        /// <summary>The same in the background.</summary>
        public Task ReportAsync(
            UpgradeEvent happened, CancellationToken cancellationToken = default(CancellationToken))
        {
            Given(happened, nameof(happened));
            return Run(
                (client, userData, operation, error) =>
                {
                    using (var made = happened.Make())
                    using (var used = made.Use())
                        return Native.upgradelink_report_start(
                            client, used.Pointer, Callbacks.Completion, userData, operation, error);
                },
                Nothing.Take, null, cancellationToken);
        }

        /// <summary>
        /// Reports that the application was started as <paramref name="versionCode"/>, and before it the upgrade
        /// to that version, if one was remembered. Call it once at each start.
        /// </summary>
        /// <exception cref="UpgradeLinkException">As for <see cref="Report"/>.</exception>
        public void ReportStarted(string appKey, long versionCode)
        {
            var application = Text.Required(appKey, nameof(appKey));
            Do((client, error) =>
            {
                fixed (byte* key = application)
                    return Native.upgradelink_report_started(client, key, versionCode, error);
            });
        }

        /// <summary>
        /// Remembers in the state folder that the application is about to become the offered version, so that it
        /// can report it: see <see cref="ReportStarted"/>. Call it before the installer is started.
        /// </summary>
        /// <exception cref="UpgradeLinkException">There is no state folder, or it failed.</exception>
        public void RememberUpgrade(Strategy strategy)
        {
            using (var offered = Given(strategy, nameof(strategy)).Use())
                Do((client, error) => Native.upgradelink_remember_upgrade(client, offered.Pointer, error));
        }

        /// <summary>Sends the events that wait in the state folder: for a program that is about to end.</summary>
        /// <exception cref="UpgradeLinkException">Events still wait.</exception>
        public void Flush(TimeSpan timeout)
        {
            var limit = Numbers.Milliseconds(timeout, nameof(timeout));
            Do((client, error) => Native.upgradelink_flush(client, limit, error));
        }

        /// <summary>Tells how many events wait in the state folder, and how many were dropped.</summary>
        /// <exception cref="UpgradeLinkException">The state folder failed.</exception>
        public EventCounts CountEvents()
        {
            EventCounts counts = null;
            Do((client, error) =>
            {
                ulong waiting, dropped;
                var status = Native.upgradelink_count_events(client, &waiting, &dropped, error);
                counts = new EventCounts(waiting, dropped);
                return status;
            });
            return counts;
        }

        /// <summary>
        /// Gives the service's last answer to a query, of this run or an earlier one, from the state folder;
        /// <see cref="Strategy.Age"/> tells how old it is. Nothing is sent.
        /// </summary>
        /// <exception cref="UpgradeLinkException">No answer to this very query is kept.</exception>
        public Strategy LastStrategy(Query query)
        {
            using (var client = handle.Use())
            using (var made = Given(query, nameof(query)).Make())
            using (var asked = made.Use())
                return new Strategy(Call.Do((strategy, error) =>
                    Native.upgradelink_last_strategy(client.Pointer, asked.Pointer, strategy, error)));
        }

        /// <summary>
        /// Remembers that the user wants to hear nothing of the application's upgrades before
        /// <paramref name="until"/>; a time that is over ends that.
        /// </summary>
        /// <exception cref="UpgradeLinkException">There is no state folder, or it failed.</exception>
        public void Snooze(Strategy strategy, DateTimeOffset until)
        {
            using (var offered = Given(strategy, nameof(strategy)).Use())
                Do((client, error) =>
                    Native.upgradelink_snooze(client, offered.Pointer, until.ToUnixTimeMilliseconds(), error));
        }

        /// <summary>Remembers that the user does not want the offered version; a later one is offered.</summary>
        /// <exception cref="UpgradeLinkException">There is no state folder, or it failed.</exception>
        public void Skip(Strategy strategy)
        {
            using (var offered = Given(strategy, nameof(strategy)).Use())
                Do((client, error) => Native.upgradelink_skip(client, offered.Pointer, error));
        }

        /// <summary>
        /// Whether the upgrade is to be offered to the user now: it is available, and neither snoozed nor
        /// skipped. A forced one always is.
        /// </summary>
        public bool IsWanted(Strategy strategy)
        {
            using (var client = handle.Use())
            using (var offered = Given(strategy, nameof(strategy)).Use())
                return Native.upgradelink_is_wanted(client.Pointer, offered.Pointer) != 0;
        }

        /// <summary>
        /// A scheduler that checks <paramref name="query"/> each <paramref name="interval"/>, at least a second
        /// and for most applications a day. It does not run yet.
        /// </summary>
        /// <exception cref="UpgradeLinkException">The interval or the query is not usable.</exception>
        public Scheduler Schedule(Query query, TimeSpan interval)
        {
            return new Scheduler(handle, Given(query, nameof(query)), interval, log);
        }

        private delegate int ClientFunction(IntPtr client, IntPtr* error);

        private delegate int ClientStart(IntPtr client, IntPtr userData, IntPtr* operation, IntPtr* error);

        private void Do(ClientFunction function)
        {
            using (var client = handle.Use())
                Call.Do((nothing, error) =>
                {
                    *nothing = IntPtr.Zero;
                    return function(client.Pointer, error);
                });
        }

        private Task<T> Run<T>(
            ClientStart start, TakeFunction<T> take, IProgress<UpgradeProgress> progress,
            CancellationToken cancellation)
        {
            return BackgroundCall<T>.Run(
                handle,
                (userData, operation, error) =>
                {
                    using (var client = handle.Use())
                        return start(client.Pointer, userData, operation, error);
                },
                take, progress, cancellation);
        }

        private static T Given<T>(T value, string name) where T : class
        {
            if (value == null)
                throw new ArgumentNullException(name);
            return value;
        }
    }
}
