package com.toolsetlink.upgradelink;

/** A kind of application. */
public enum Kind {
    /** A page or file behind a link. */
    URL(1),
    /** A file. */
    FILE(2),
    /** An Android application. */
    APK(3),
    /** Settings as JSON. */
    CONFIGURATION(4),
    /** A Windows application. */
    WIN(5),
    /** A macOS application. */
    MAC(6),
    /** A Linux application. */
    LNX(7);

    private final int number;

    Kind(int number) {
        this.number = number;
    }

    /** The number, which never changes its meaning. */
    public int number() {
        return number;
    }
}
