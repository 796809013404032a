package com.toolsetlink.upgradelink;

import java.util.concurrent.Executor;

/**
 * Asks the service. May be used from any thread at once.
 *
 * <p>The calls block, and belong on a worker thread. Each has a twin in the background, whose callback is called by an
 * executor of yours; {@link UpgradeLinkFutures} gives futures in place of callbacks. After {@link #close()} every call
 * throws {@link IllegalStateException}; a call that runs meanwhile goes on to its end.
 */
public final class UpgradeLinkClient implements AutoCloseable {
    private final NativeHandle handle;

    /**
     * Checks the whole configuration. Nothing is sent, but events that an earlier run left in the state folder, in the
     * background.
     */
    public UpgradeLinkClient(Config config) throws UpgradeLinkException {
        handle = new Handle(this, Natives.clientNew(config));
    }

    /** Static: one that knew its owner would keep it from being collected. */
    private static final class Handle extends NativeHandle {
        Handle(UpgradeLinkClient owner, long client) {
            super(owner, "the client", client);
        }

        @Override
        void free(long client) throws UpgradeLinkException {
            Natives.clientFree(client);
        }
    }

    /** {@link #check(Query, CancelSignal)} that cannot be cancelled. */
    public Strategy check(Query query) throws UpgradeLinkException {
        return check(query, null);
    }

    /**
     * Asks what the application should do now.
     *
     * <p>Blocks at most for the total time limit. An offer can be gone at the next call, and each call counts against a
     * gradual rollout: act on the strategy at hand.
     */
    public Strategy check(Query query, CancelSignal signal) throws UpgradeLinkException {
        long client = handle.use();
        try {
            long cancel = CancelSignal.begin(signal);
            try {
                return Natives.check(client, cancel, query);
            } finally {
                CancelSignal.end(signal, cancel);
            }
        } finally {
            handle.done();
        }
    }

    /** Does the same in the background. */
    public Call<Strategy> checkAsync(Query query, Executor executor, Callback<? super Strategy> callback) {
        Call<Strategy> call = new Call<Strategy>(executor, callback, null);
        long client = handle.use();
        try {
            Natives.checkStart(client, call.begin(), query, call);
        } catch (UpgradeLinkException failure) {
            call.complete(null, failure);
        } finally {
            handle.done();
        }
        return call;
    }

    /**
     * As {@link #check(Query, CancelSignal)}, for a query of an Android application.
     *
     * @throws IllegalArgumentException for a query of another kind
     */
    public ApkStrategy checkApk(Query query, CancelSignal signal) throws UpgradeLinkException {
        if (!query.kind().equals(Kind.APK)) {
            throw new IllegalArgumentException("the query is of kind " + query.kind() + ", not APK");
        }
        return (ApkStrategy) check(query, signal);
    }

    /** {@link #describe(Query, CancelSignal)} that cannot be cancelled. */
    public VersionDetails describe(Query query) throws UpgradeLinkException {
        return describe(query, null);
    }

    /**
     * Asks for the details of the version that the query names.
     */
    public VersionDetails describe(Query query, CancelSignal signal) throws UpgradeLinkException {
        long client = handle.use();
        try {
            long cancel = CancelSignal.begin(signal);
            try {
                return Natives.describe(client, cancel, query);
            } finally {
                CancelSignal.end(signal, cancel);
            }
        } finally {
            handle.done();
        }
    }

    /** Does the same in the background. */
    public Call<VersionDetails> describeAsync(
            Query query, Executor executor, Callback<? super VersionDetails> callback) {
        Call<VersionDetails> call = new Call<VersionDetails>(executor, callback, null);
        long client = handle.use();
        try {
            Natives.describeStart(client, call.begin(), query, call);
        } catch (UpgradeLinkException failure) {
            call.complete(null, failure);
        } finally {
            handle.done();
        }
        return call;
    }

    /** {@link #measure(String, CancelSignal)} that cannot be cancelled. */
    public Statistics measure(String appKey) throws UpgradeLinkException {
        return measure(appKey, null);
    }

    /**
     * Asks for the figures of an application.
     */
    public Statistics measure(String appKey, CancelSignal signal) throws UpgradeLinkException {
        long client = handle.use();
        try {
            long cancel = CancelSignal.begin(signal);
            try {
                return Natives.measure(client, cancel, appKey);
            } finally {
                CancelSignal.end(signal, cancel);
            }
        } finally {
            handle.done();
        }
    }

    /** Does the same in the background. */
    public Call<Statistics> measureAsync(String appKey, Executor executor, Callback<? super Statistics> callback) {
        Call<Statistics> call = new Call<Statistics>(executor, callback, null);
        long client = handle.use();
        try {
            Natives.measureStart(client, call.begin(), appKey, call);
        } catch (UpgradeLinkException failure) {
            call.complete(null, failure);
        } finally {
            handle.done();
        }
        return call;
    }

    /** {@link #fetch(Strategy, FetchOptions, ProgressListener, CancelSignal)} without either. */
    public Artifact fetch(Strategy strategy, FetchOptions options) throws UpgradeLinkException {
        return fetch(strategy, options, null, null);
    }

    /**
     * Fetches the file of a strategy: downloads or patches it, checks it, and puts it in its place.
     *
     * <p>Blocks for as long as it takes. The file stands under its name in one step, matching every size and hash that was
     * given. What an earlier call left is gone on with.
     *
     * @param progress is told how far it is; may be {@code null}
     * @param signal cancels it; may be {@code null}
     */
    public Artifact fetch(
            Strategy strategy, FetchOptions options, ProgressListener progress, CancelSignal signal)
            throws UpgradeLinkException {
        ProgressRelay relay = ProgressRelay.of(progress, null);
        long client = handle.use();
        try {
            long cancel = CancelSignal.begin(signal);
            try {
                return Natives.fetch(client, cancel, strategy, options, relay);
            } catch (UpgradeLinkException failure) {
                throw cause(relay, failure);
            } finally {
                CancelSignal.end(signal, cancel);
            }
        } finally {
            handle.done();
        }
    }

    /** Does the same in the background. */
    public Call<Artifact> fetchAsync(
            Strategy strategy, FetchOptions options, ProgressListener progress, Executor executor, Callback<? super Artifact> callback) {
        Call<Artifact> call = new Call<Artifact>(executor, callback, progress);
        long client = handle.use();
        try {
            Natives.fetchStart(client, call.begin(), strategy, options, call.progress(), call);
        } catch (UpgradeLinkException failure) {
            call.complete(null, failure);
        } finally {
            handle.done();
        }
        return call;
    }

    /**
     * Fetches a file that you know of by yourself.
     *
     * @param size its bytes; below 0 where you do not know
     * @param md5 32 hex digits, or {@code null}; a SHA-256 goes into the options
     */
    public Artifact fetchLink(
            String url, long size, String md5, FetchOptions options, ProgressListener progress, CancelSignal signal)
            throws UpgradeLinkException {
        ProgressRelay relay = ProgressRelay.of(progress, null);
        long client = handle.use();
        try {
            long cancel = CancelSignal.begin(signal);
            try {
                return Natives.fetchLink(client, cancel, url, size, md5, options, relay);
            } catch (UpgradeLinkException failure) {
                throw cause(relay, failure);
            } finally {
                CancelSignal.end(signal, cancel);
            }
        } finally {
            handle.done();
        }
    }

    /** Does the same in the background. */
    public Call<Artifact> fetchLinkAsync(
            String url, long size, String md5, FetchOptions options, ProgressListener progress, Executor executor, Callback<? super Artifact> callback) {
        Call<Artifact> call = new Call<Artifact>(executor, callback, progress);
        long client = handle.use();
        try {
            Natives.fetchLinkStart(client, call.begin(), url, size, md5, options, call.progress(), call);
        } catch (UpgradeLinkException failure) {
            call.complete(null, failure);
        } finally {
            handle.done();
        }
        return call;
    }

    /** {@link #report(Event, CancelSignal)} that cannot be cancelled. */
    public void report(Event event) throws UpgradeLinkException {
        report(event, null);
    }

    /**
     * Tells the service of an event.
     *
     * <p>With a state folder the event is safely on the disk when this returns, and is sent in the background, again and
     * again until the service has answered. Without one the service has answered.
     */
    public void report(Event event, CancelSignal signal) throws UpgradeLinkException {
        long client = handle.use();
        try {
            long cancel = CancelSignal.begin(signal);
            try {
                Natives.report(client, cancel, event);
            } finally {
                CancelSignal.end(signal, cancel);
            }
        } finally {
            handle.done();
        }
    }

    /** Does the same in the background. */
    public Call<Void> reportAsync(Event event, Executor executor, Callback<? super Void> callback) {
        Call<Void> call = new Call<Void>(executor, callback, null);
        long client = handle.use();
        try {
            Natives.reportStart(client, call.begin(), event, call);
        } catch (UpgradeLinkException failure) {
            call.complete(null, failure);
        } finally {
            handle.done();
        }
        return call;
    }

    /**
     * Reports that the application has started, and the upgrade of which this version is the outcome, if one was
     * remembered. Call it once at each start.
     */
    public void reportStarted(String appKey, long versionCode, CancelSignal signal) throws UpgradeLinkException {
        long client = handle.use();
        try {
            long cancel = CancelSignal.begin(signal);
            try {
                Natives.reportStarted(client, cancel, appKey, versionCode);
            } finally {
                CancelSignal.end(signal, cancel);
            }
        } finally {
            handle.done();
        }
    }

    /**
     * Sends the events that wait, at most for {@code limitMillis}.
     */
    public void flush(int limitMillis, CancelSignal signal) throws UpgradeLinkException {
        long client = handle.use();
        try {
            long cancel = CancelSignal.begin(signal);
            try {
                Natives.flush(client, cancel, limitMillis);
            } finally {
                CancelSignal.end(signal, cancel);
            }
        } finally {
            handle.done();
        }
    }

    /**
     * How many events wait in the state folder, and how many were dropped; none without one.
     */
    public EventCounts countEvents() throws UpgradeLinkException {
        long client = handle.use();
        try {
            long[] counts = Natives.countEvents(client);
            return new EventCounts(counts[0], counts[1]);
        } finally {
            handle.done();
        }
    }

    /**
     * Remembers that a strategy is being followed, so that the new version can report it. Call it before the
     * installation begins. Needs a state folder.
     */
    public void rememberUpgrade(Strategy strategy) throws UpgradeLinkException {
        long client = handle.use();
        try {
            Natives.rememberUpgrade(client, strategy);
        } finally {
            handle.done();
        }
    }

    /**
     * The service's last answer to a query, of this run or an earlier one. Nothing is sent. Its links may have expired.
     * Needs a state folder.
     */
    public Strategy lastStrategy(Query query) throws UpgradeLinkException {
        long client = handle.use();
        try {
            return Natives.lastStrategy(client, query);
        } finally {
            handle.done();
        }
    }

    /**
     * Remembers that the user wants to hear nothing of the application's upgrades before a time, in milliseconds since
     * 1970. Needs a state folder.
     */
    public void snooze(Strategy strategy, long untilMillis) throws UpgradeLinkException {
        long client = handle.use();
        try {
            Natives.snooze(client, strategy, untilMillis);
        } finally {
            handle.done();
        }
    }

    /**
     * Remembers that the user does not want this version; a later one is offered. Needs a state folder.
     */
    public void skip(Strategy strategy) throws UpgradeLinkException {
        long client = handle.use();
        try {
            Natives.skip(client, strategy);
        } finally {
            handle.done();
        }
    }

    /**
     * Whether the upgrade is to be offered to the user now: it is available, and neither snoozed nor skipped. A forced
     * one is always to be offered.
     */
    public boolean isWanted(Strategy strategy) throws UpgradeLinkException {
        long client = handle.use();
        try {
            return Natives.isWanted(client, strategy);
        } finally {
            handle.done();
        }
    }

    /**
     * A scheduler that checks {@code query} each {@code intervalMillis}, which is at least 1,000 and for most
     * applications a day. It does not run yet, and goes on when this client is closed.
     */
    public Scheduler schedule(Query query, long intervalMillis) throws UpgradeLinkException {
        long client = handle.use();
        try {
            return new Scheduler(Natives.schedulerNew(client, query, intervalMillis), query);
        } finally {
            handle.done();
        }
    }

    /**
     * Frees what the client holds, and waits for nothing: an event that is being sent may still be recorded in the state
     * folder a moment later. Closing twice does nothing.
     */
    @Override
    public void close() {
        handle.close();
    }

    /** What comes out of a call: what a listener threw, before what the library says. */
    static UpgradeLinkException cause(ProgressRelay relay, UpgradeLinkException failure) {
        Throwable thrown = ProgressRelay.thrown(relay);
        if (thrown != null) {
            throw Uncaught.rethrow(thrown);
        }
        return failure;
    }
}
