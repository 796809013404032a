package com.toolsetlink.upgradelink;

/** What became of the events that were reported. Immutable. */
public final class EventCounts {
    private final long waiting;
    private final long dropped;

    EventCounts(long waiting, long dropped) {
        this.waiting = waiting;
        this.dropped = dropped;
    }

    /** How many wait to be sent. */
    public long waiting() {
        return waiting;
    }

    /**
     * How many were dropped since the state folder was made: there were too many, they became too old, or the service
     * refused them for good.
     */
    public long dropped() {
        return dropped;
    }

    @Override
    public String toString() {
        return waiting + " waiting, " + dropped + " dropped";
    }
}
