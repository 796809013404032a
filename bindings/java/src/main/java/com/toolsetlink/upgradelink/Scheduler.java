package com.toolsetlink.upgradelink;

/**
 * Says when it is time to check, so that a fleet of devices never becomes a crowd.
 *
 * <p>The first check comes within a minute of the first start, the second at a random moment about an interval later,
 * and from then on the device keeps to that moment. After a failure the pauses grow, and are never shorter than the
 * service asks for. With a state folder all that outlives the process. May be used from any thread at once.
 */
public final class Scheduler implements AutoCloseable {
    private final NativeHandle handle;
    private final Query query;

    Scheduler(long address, Query query) {
        this.query = query;
        handle = new Handle(this, address);
    }

    /** Static: one that knew its owner would keep it from being collected. */
    private static final class Handle extends NativeHandle {
        Handle(Scheduler owner, long scheduler) {
            super(owner, "the scheduler", scheduler);
        }

        @Override
        void free(long scheduler) throws UpgradeLinkException {
            Natives.schedulerFree(scheduler);
        }
    }

    /**
     * Starts a thread that calls {@code listener} whenever it is time to check. A host with timers of its own can do
     * without: see {@link #dueInMillis()}.
     */
    public void start(DueListener listener) throws UpgradeLinkException {
        if (listener == null) {
            throw new NullPointerException("a listener is needed");
        }
        long scheduler = handle.use();
        try {
            Natives.schedulerStart(scheduler, new DueRelay(this, listener));
        } finally {
            handle.done();
        }
    }

    /**
     * Asks the service as {@link UpgradeLinkClient#check(Query)} does, and plans the next check by how this one ends. It
     * can be called at any time.
     */
    public Strategy check() throws UpgradeLinkException {
        long scheduler = handle.use();
        try {
            return Natives.schedulerCheck(scheduler, query);
        } finally {
            handle.done();
        }
    }

    /** How many milliseconds remain until the next check is due; 0 when it is. */
    public long dueInMillis() throws UpgradeLinkException {
        long scheduler = handle.use();
        try {
            return Natives.schedulerDueIn(scheduler);
        } finally {
            handle.done();
        }
    }

    /**
     * Stops calling the listener, and cancels a check that the scheduler makes. Returns when the listener is not called
     * any more; within it, at once.
     */
    public void stop() {
        long scheduler = handle.use();
        try {
            Natives.schedulerStop(scheduler);
        } catch (UpgradeLinkException bug) {
            throw new IllegalStateException(bug);
        } finally {
            handle.done();
        }
    }

    /** Stops, and frees what the scheduler holds. Closing twice does nothing. */
    @Override
    public void close() {
        if (!handle.isClosed()) {
            stop();
            handle.close();
        }
    }
}
