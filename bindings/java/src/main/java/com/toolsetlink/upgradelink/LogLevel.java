package com.toolsetlink.upgradelink;

/** How much a line of the log matters. */
public final class LogLevel extends Numbered {
    /** A call failed in a way that the library cannot mend. */
    public static final LogLevel ERROR = new LogLevel(1, "ERROR");

    /** Something failed and is tried again or done otherwise. */
    public static final LogLevel WARN = new LogLevel(2, "WARN");

    /** Something you may want to know. */
    public static final LogLevel INFO = new LogLevel(3, "INFO");

    /** Each request. */
    public static final LogLevel DEBUG = new LogLevel(4, "DEBUG");

    private static final LogLevel[] KNOWN = {
        ERROR, WARN, INFO, DEBUG
    };

    private LogLevel(int number, String name) {
        super(number, name);
    }

    /** The value for a number, known or not. */
    public static LogLevel of(int number) {
        return number > 0 && number <= KNOWN.length ? KNOWN[number - 1] : new LogLevel(number, null);
    }
}
