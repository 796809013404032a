package com.toolsetlink.upgradelink;

/** What failed. */
public final class Status extends Numbered {
    /** An argument cannot be right; nothing was sent. */
    public static final Status INVALID_ARGUMENT = new Status(1, "INVALID_ARGUMENT");

    /** The configuration cannot be used. */
    public static final Status CONFIG = new Status(2, "CONFIG");

    /** The server could not be reached: name not found, connection refused, no network. */
    public static final Status CONNECT = new Status(3, "CONNECT");

    /** The certificate or the handshake was refused. */
    public static final Status TLS = new Status(4, "TLS");

    /** A time limit was hit. */
    public static final Status TIMEOUT = new Status(5, "TIMEOUT");

    /** The call was cancelled. */
    public static final Status CANCELLED = new Status(6, "CANCELLED");

    /** What came is not an answer of the service. */
    public static final Status REPLY = new Status(7, "REPLY");

    /** The service refused. */
    public static final Status SERVICE = new Status(8, "SERVICE");

    /** The service does not know the access key, or refused the signature. */
    public static final Status AUTHENTICATION = new Status(9, "AUTHENTICATION");

    /** There is no such application, version or file. */
    public static final Status NOT_FOUND = new Status(10, "NOT_FOUND");

    /** The service wants fewer requests. */
    public static final Status RATE_LIMITED = new Status(11, "RATE_LIMITED");

    /** A file or folder could not be used. */
    public static final Status IO = new Status(12, "IO");

    /** The disk is full. */
    public static final Status NO_SPACE = new Status(13, "NO_SPACE");

    /** A file is not what was promised. */
    public static final Status VERIFY = new Status(14, "VERIFY");

    /** A patch cannot be applied. */
    public static final Status PATCH = new Status(15, "PATCH");

    /** Somebody else is doing the same, or too much runs at once. */
    public static final Status BUSY = new Status(16, "BUSY");

    /** The version that was offered is not above the one that runs. */
    public static final Status DOWNGRADE = new Status(17, "DOWNGRADE");

    /** A bug in this library. */
    public static final Status INTERNAL = new Status(18, "INTERNAL");

    /** This build of the library cannot do that. */
    public static final Status UNSUPPORTED = new Status(19, "UNSUPPORTED");

    /** An established connection broke. */
    public static final Status NETWORK = new Status(20, "NETWORK");

    private static final Status[] KNOWN = {
        INVALID_ARGUMENT, CONFIG, CONNECT, TLS, TIMEOUT, CANCELLED, REPLY, SERVICE, AUTHENTICATION,
        NOT_FOUND, RATE_LIMITED, IO, NO_SPACE, VERIFY, PATCH, BUSY, DOWNGRADE, INTERNAL,
        UNSUPPORTED, NETWORK
    };

    private Status(int number, String name) {
        super(number, name);
    }

    /** The value for a number, known or not. */
    public static Status of(int number) {
        return number > 0 && number <= KNOWN.length ? KNOWN[number - 1] : new Status(number, null);
    }
}
