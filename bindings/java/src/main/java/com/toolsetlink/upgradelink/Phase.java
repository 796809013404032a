package com.toolsetlink.upgradelink;

/** What a long call is doing. */
public final class Phase extends Numbered {
    /** Taking a file from the network. */
    public static final Phase DOWNLOAD = new Phase(1, "DOWNLOAD");

    /** Reading what is on the disk already. */
    public static final Phase VERIFY = new Phase(2, "VERIFY");

    /** Applying a patch. */
    public static final Phase PATCH = new Phase(3, "PATCH");

    private static final Phase[] KNOWN = {
        DOWNLOAD, VERIFY, PATCH
    };

    private Phase(int number, String name) {
        super(number, name);
    }

    /** The value for a number, known or not. */
    public static Phase of(int number) {
        return number > 0 && number <= KNOWN.length ? KNOWN[number - 1] : new Phase(number, null);
    }
}
