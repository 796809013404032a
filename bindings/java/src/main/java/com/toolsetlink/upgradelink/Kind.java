package com.toolsetlink.upgradelink;

/** A kind of application. */
public final class Kind extends Numbered {
    /** A page or file behind a link. */
    public static final Kind URL = new Kind(1, "URL");

    /** A file. */
    public static final Kind FILE = new Kind(2, "FILE");

    /** An Android application. */
    public static final Kind APK = new Kind(3, "APK");

    /** Settings as JSON. */
    public static final Kind CONFIGURATION = new Kind(4, "CONFIGURATION");

    /** A Windows application. */
    public static final Kind WIN = new Kind(5, "WIN");

    /** A macOS application. */
    public static final Kind MAC = new Kind(6, "MAC");

    /** A Linux application. */
    public static final Kind LNX = new Kind(7, "LNX");

    private static final Kind[] KNOWN = {
        URL, FILE, APK, CONFIGURATION, WIN, MAC, LNX
    };

    private Kind(int number, String name) {
        super(number, name);
    }

    /** The value for a number, known or not. */
    public static Kind of(int number) {
        return number > 0 && number <= KNOWN.length ? KNOWN[number - 1] : new Kind(number, null);
    }
}
