package com.toolsetlink.upgradelink;

/** Where a call failed, in the order in which a call passes through. */
public final class Stage extends Numbered {
    /** Before anything was done. */
    public static final Stage CONFIG = new Stage(1, "CONFIG");

    /** Signing the request. */
    public static final Stage SIGN = new Stage(2, "SIGN");

    /** Reaching the server. */
    public static final Stage CONNECT = new Stage(3, "CONNECT");

    /** Agreeing on encryption. */
    public static final Stage TLS = new Stage(4, "TLS");

    /** Sending the request. */
    public static final Stage SEND = new Stage(5, "SEND");

    /** Receiving the answer. */
    public static final Stage RECEIVE = new Stage(6, "RECEIVE");

    /** Reading the answer. */
    public static final Stage DECODE = new Stage(7, "DECODE");

    /** The service itself. */
    public static final Stage SERVICE = new Stage(8, "SERVICE");

    /** Downloading a file. */
    public static final Stage DOWNLOAD = new Stage(9, "DOWNLOAD");

    /** Checking a file. */
    public static final Stage VERIFY = new Stage(10, "VERIFY");

    /** Applying a patch. */
    public static final Stage PATCH = new Stage(11, "PATCH");

    /** Files and folders. */
    public static final Stage IO = new Stage(12, "IO");

    private static final Stage[] KNOWN = {
        CONFIG, SIGN, CONNECT, TLS, SEND, RECEIVE, DECODE, SERVICE, DOWNLOAD, VERIFY, PATCH, IO
    };

    private Stage(int number, String name) {
        super(number, name);
    }

    /** The value for a number, known or not. */
    public static Stage of(int number) {
        return number > 0 && number <= KNOWN.length ? KNOWN[number - 1] : new Stage(number, null);
    }
}
