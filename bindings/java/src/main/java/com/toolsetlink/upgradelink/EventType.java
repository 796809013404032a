package com.toolsetlink.upgradelink;

/** What can happen. */
public final class EventType extends Numbered {
    /** The application was started. */
    public static final EventType START = new EventType(1, "START");

    /** The download of an upgrade ended, well or badly. */
    public static final EventType DOWNLOAD = new EventType(2, "DOWNLOAD");

    /** An upgrade ended, well or badly. */
    public static final EventType UPGRADE = new EventType(3, "UPGRADE");

    private static final EventType[] KNOWN = {
        START, DOWNLOAD, UPGRADE
    };

    private EventType(int number, String name) {
        super(number, name);
    }

    /** The value for a number, known or not. */
    public static EventType of(int number) {
        return number > 0 && number <= KNOWN.length ? KNOWN[number - 1] : new EventType(number, null);
    }
}
