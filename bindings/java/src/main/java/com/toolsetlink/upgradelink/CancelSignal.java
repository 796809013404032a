package com.toolsetlink.upgradelink;

import java.util.HashSet;
import java.util.Set;

/**
 * Ends the calls that were given it with {@link Status#CANCELLED}: those that run, and those that begin afterwards. May
 * be used from any thread at once.
 */
public final class CancelSignal {
    private final Set<Long> running = new HashSet<Long>();
    private boolean cancelled;

    /** Cancels, and returns at once. */
    public void cancel() {
        synchronized (this) {
            cancelled = true;
            for (Long cancel : running) {
                raise(cancel);
            }
        }
    }

    /** Whether it was cancelled. */
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    private static void raise(long cancel) {
        try {
            Natives.cancel(cancel);
        } catch (UpgradeLinkException bug) {
            Uncaught.hand(bug);
        }
    }

    private synchronized long begin() throws UpgradeLinkException {
        long cancel = Natives.cancelNew();
        running.add(cancel);
        if (cancelled) {
            raise(cancel);
        }
        return cancel;
    }

    private void end(long cancel) {
        synchronized (this) {
            if (!running.remove(cancel)) {
                return;
            }
        }
        try {
            Natives.cancelFree(cancel);
        } catch (UpgradeLinkException bug) {
            Uncaught.hand(bug);
        }
    }

    /** The native cancel of a call that begins; 0 without a signal. */
    static long begin(CancelSignal signal) throws UpgradeLinkException {
        return signal == null ? 0 : signal.begin();
    }

    static void end(CancelSignal signal, long cancel) {
        if (signal != null) {
            signal.end(cancel);
        }
    }
}
