package com.toolsetlink.upgradelink;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The calls of a client as futures, for Java 8 and Android from API level 24.
 *
 * <p>A future ends on the executor, exceptionally with an {@link UpgradeLinkException} or with what a progress listener
 * threw. Cancelling it cancels the call.
 */
public final class UpgradeLinkFutures {
    private final UpgradeLinkClient client;
    private final Executor executor;

    /** Futures of the calls of {@code client}, which end on {@code executor}. */
    public UpgradeLinkFutures(UpgradeLinkClient client, Executor executor) {
        this.client = client;
        this.executor = executor;
    }

    /** {@link UpgradeLinkClient#check(Query, CancelSignal)} as a future. */
    public CompletableFuture<Strategy> check(Query query) {
        Promise<Strategy> promise = new Promise<Strategy>();
        promise.call = client.checkAsync(query, executor, promise.callback);
        return promise;
    }

    /** {@link UpgradeLinkClient#describe(Query, CancelSignal)} as a future. */
    public CompletableFuture<VersionDetails> describe(Query query) {
        Promise<VersionDetails> promise = new Promise<VersionDetails>();
        promise.call = client.describeAsync(query, executor, promise.callback);
        return promise;
    }

    /** {@link UpgradeLinkClient#measure(String, CancelSignal)} as a future. */
    public CompletableFuture<Statistics> measure(String appKey) {
        Promise<Statistics> promise = new Promise<Statistics>();
        promise.call = client.measureAsync(appKey, executor, promise.callback);
        return promise;
    }

    /** {@link UpgradeLinkClient#fetch(Strategy, FetchOptions, ProgressListener, CancelSignal)} as a future. */
    public CompletableFuture<Artifact> fetch(Strategy strategy, FetchOptions options, ProgressListener progress) {
        Promise<Artifact> promise = new Promise<Artifact>();
        promise.call = client.fetchAsync(strategy, options, progress, executor, promise.callback);
        return promise;
    }

    /** {@link UpgradeLinkClient#fetchLink(String, long, String, FetchOptions, ProgressListener, CancelSignal)} as a future. */
    public CompletableFuture<Artifact> fetchLink(
            String url, long size, String md5, FetchOptions options, ProgressListener progress) {
        Promise<Artifact> promise = new Promise<Artifact>();
        promise.call = client.fetchLinkAsync(url, size, md5, options, progress, executor, promise.callback);
        return promise;
    }

    /** {@link UpgradeLinkClient#report(Event, CancelSignal)} as a future. */
    public CompletableFuture<Void> report(Event event) {
        Promise<Void> promise = new Promise<Void>();
        promise.call = client.reportAsync(event, executor, promise.callback);
        return promise;
    }

    /** A future whose cancellation reaches the call. */
    private static final class Promise<T> extends CompletableFuture<T> {
        private volatile Call<T> call;

        private final Callback<T> callback = new Callback<T>() {
            @Override
            public void onSuccess(T value) {
                complete(value);
            }

            @Override
            public void onFailure(Throwable failure) {
                completeExceptionally(failure);
            }
        };

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
                call.cancel();
            }
            return cancelled;
        }
    }
}
