package com.toolsetlink.upgradelink;

import java.util.concurrent.Executor;

/** A call that runs on a thread of the library. May be used from any thread at once; needs no closing. */
public final class Call<T> {
    private final Executor executor;
    private final Callback<? super T> callback;
    private final ProgressRelay progress;
    private final CancelSignal signal = new CancelSignal();
    private long cancel;
    private volatile boolean done;

    Call(Executor executor, Callback<? super T> callback, ProgressListener progress) {
        if (executor == null || callback == null) {
            throw new NullPointerException("an executor and a callback are needed");
        }
        this.executor = executor;
        this.callback = callback;
        this.progress = ProgressRelay.of(progress, executor);
    }

    /** Asks the call to end with {@link Status#CANCELLED}, and returns at once. The callback is still called. */
    public void cancel() {
        signal.cancel();
    }

    /** Whether the call is over; its callback may not have been called yet. */
    public boolean isDone() {
        return done;
    }

    /** The native cancel, which lives until the call is over. */
    long begin() throws UpgradeLinkException {
        cancel = CancelSignal.begin(signal);
        return cancel;
    }

    ProgressRelay progress() {
        return progress;
    }

    /** Called by the library on a thread of its own, or for a call that could not be started. */
    @SuppressWarnings("unchecked")
    void complete(Object value, UpgradeLinkException error) {
        CancelSignal.end(signal, cancel);
        done = true;
        final T result = (T) value;
        final UpgradeLinkException failure = error;
        try {
            executor.execute(new Runnable() {
                @Override
                public void run() {
                    tell(result, failure);
                }
            });
        } catch (Throwable refused) {
            fail(refused);
        }
    }

    private void tell(T value, UpgradeLinkException error) {
        Throwable thrown = ProgressRelay.thrown(progress);
        if (thrown != null) {
            fail(thrown);
        } else if (error != null) {
            fail(error);
        } else {
            try {
                callback.onSuccess(value);
            } catch (Throwable uncaught) {
                Uncaught.hand(uncaught);
            }
        }
    }

    private void fail(Throwable failure) {
        try {
            callback.onFailure(failure);
        } catch (Throwable uncaught) {
            Uncaught.hand(uncaught);
        }
    }
}
