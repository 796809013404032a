package com.toolsetlink.upgradelink;

import java.util.concurrent.Executor;

/** Called by the library with the progress of one call. */
final class ProgressRelay {
    private final ProgressListener listener;
    private final Executor executor;
    private volatile Throwable thrown;

    /** @param executor where the listener is told; {@code null} for the thread that does the work */
    private ProgressRelay(ProgressListener listener, Executor executor) {
        this.listener = listener;
        this.executor = executor;
    }

    static ProgressRelay of(ProgressListener listener, Executor executor) {
        return listener == null ? null : new ProgressRelay(listener, executor);
    }

    /** What the listener of a relay threw; {@code null} for none. */
    static Throwable thrown(ProgressRelay relay) {
        return relay == null ? null : relay.thrown;
    }

    /** Called by the library: whether the call goes on. */
    private boolean step(final int phase, final long done, final long total) {
        if (executor == null) {
            tell(phase, done, total);
            return thrown == null;
        }
        try {
            executor.execute(new Runnable() {
                @Override
                public void run() {
                    tell(phase, done, total);
                }
            });
        } catch (Throwable refused) {
            thrown = refused;
        }
        return thrown == null;
    }

    private void tell(int phase, long done, long total) {
        if (thrown != null) {
            return;
        }
        try {
            listener.onProgress(Phase.of(phase), done, total);
        } catch (Throwable failure) {
            thrown = failure;
        }
    }
}
