using System;

namespace UpgradeLink
{
    /// <summary>
    /// Calls back when it is time to check, so that a fleet of devices never becomes a crowd. May be used from any
    /// thread at once. While it runs it stays alive by itself: stop it or dispose it.
    /// </summary>
    public sealed class Scheduler : IDisposable
    {
        private readonly SchedulerHandle handle;
        private readonly Action<LogLevel, string> log;
        private readonly object starting = new object();
        private Action<Scheduler> due;
        private IntPtr rooted;

        internal unsafe Scheduler(ClientHandle client, Query query, TimeSpan interval, Action<LogLevel, string> log)
        {
            this.log = log;
            var milliseconds = Numbers.Milliseconds(interval, nameof(interval));
            var kept = client.Use();
            try
            {
                using (var made = query.Make())
                using (var asked = made.Use())
                    handle = new SchedulerHandle(
                        Call.Do((scheduler, error) => Native.upgradelink_scheduler_new(
                            kept.Pointer, asked.Pointer, milliseconds, scheduler, error)),
                        kept);
            }
            catch
            {
                kept.Dispose();
                throw;
            }
        }

        /// <summary>How long until the next check is due; zero when it is.</summary>
        public TimeSpan DueIn
        {
            get
            {
                using (var scheduler = handle.Use())
                    return Numbers.Duration(Native.upgradelink_scheduler_due_in_ms(scheduler.Pointer));
            }
        }

        /// <summary>
        /// Starts a thread that calls <paramref name="due"/> whenever it is time to check: call
        /// <see cref="Check"/>, there or later. An application that does not, such as on a metered connection,
        /// is asked again after a pause. What it throws is written to the client's log.
        /// </summary>
        /// <exception cref="UpgradeLinkException">It runs already.</exception>
        public unsafe void Start(Action<Scheduler> due)
        {
            if (due == null)
                throw new ArgumentNullException(nameof(due));
            lock (starting)
            {
                var root = Rooted.Add(this);
                var before = this.due;
                try
                {
                    this.due = due;
                    using (var scheduler = handle.Use())
                        Call.Do((nothing, error) =>
                        {
                            *nothing = IntPtr.Zero;
                            return Native.upgradelink_scheduler_start(scheduler.Pointer, Callbacks.Due, root, error);
                        });
                    Rooted.Remove(rooted);
                    rooted = root;
                }
                catch
                {
                    this.due = before;
                    Rooted.Remove(root);
                    throw;
                }
            }
        }

        /// <summary>
        /// Asks the service as <see cref="UpgradeLinkClient.Check"/> does, and plans the next check by how this
        /// one ends. Can be called at any time.
        /// </summary>
        public unsafe Strategy Check()
        {
            using (var scheduler = handle.Use())
                return new Strategy(Call.Do(
                    (strategy, error) => Native.upgradelink_scheduler_check(scheduler.Pointer, strategy, error)));
        }

        /// <summary>
        /// Stops calling back, and cancels a check that the scheduler makes. Returns when its thread is over;
        /// when called back, at once. It can be started again.
        /// </summary>
        public void Stop()
        {
            IntPtr stopped;
            lock (starting)
                stopped = rooted;
            // Outside the lock: this may wait for a callback that calls this too.
            using (var scheduler = handle.Use())
                Native.upgradelink_scheduler_stop(scheduler.Pointer);
            Rooted.Remove(stopped);
        }

        /// <summary>Stops the scheduler and gives it back.</summary>
        public void Dispose()
        {
            if (handle.IsClosed)
                return;
            try
            {
                Stop();
            }
            catch (ObjectDisposedException)
            {
                // Somebody else did, at the same time.
            }
            handle.Dispose();
        }

        internal void BeDue()
        {
            try
            {
                due(this);
            }
            catch (Exception exception)
            {
                log?.Invoke(LogLevel.Error, "scheduler: the application's callback failed: " + exception);
            }
        }
    }
}
