package com.toolsetlink.upgradelink;

/** Called by the library when it is time to check. It keeps a scheduler that runs from being collected. */
final class DueRelay {
    private final Scheduler scheduler;
    private final DueListener listener;

    DueRelay(Scheduler scheduler, DueListener listener) {
        this.scheduler = scheduler;
        this.listener = listener;
    }

    private void due() {
        try {
            listener.onDue(scheduler);
        } catch (Throwable thrown) {
            Uncaught.hand(thrown);
        }
    }
}
