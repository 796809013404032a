package com.toolsetlink.upgradelink;

/** How a file came. */
public final class Origin extends Numbered {
    /** All of it was downloaded. */
    public static final Origin DOWNLOADED = new Origin(1, "DOWNLOADED");

    /** An earlier run had downloaded its beginning. */
    public static final Origin RESUMED = new Origin(2, "RESUMED");

    /** It was made of the base file and a patch. */
    public static final Origin PATCHED = new Origin(3, "PATCHED");

    /** It was there already. */
    public static final Origin PRESENT = new Origin(4, "PRESENT");

    private static final Origin[] KNOWN = {
        DOWNLOADED, RESUMED, PATCHED, PRESENT
    };

    private Origin(int number, String name) {
        super(number, name);
    }

    /** The value for a number, known or not. */
    public static Origin of(int number) {
        return number > 0 && number <= KNOWN.length ? KNOWN[number - 1] : new Origin(number, null);
    }
}
