package com.toolsetlink.upgradelink;

/** Whether files need a signature. */
public final class SignaturePolicy extends Numbered {
    /** Signatures are not looked for. */
    public static final SignaturePolicy OFF = new SignaturePolicy(1, "OFF");

    /** One that is there must be right. Whoever can change the file can also take its signature away. */
    public static final SignaturePolicy WHEN_PRESENT = new SignaturePolicy(2, "WHEN_PRESENT");

    /** A file without a right one is refused. */
    public static final SignaturePolicy REQUIRED = new SignaturePolicy(3, "REQUIRED");

    private static final SignaturePolicy[] KNOWN = {
        OFF, WHEN_PRESENT, REQUIRED
    };

    private SignaturePolicy(int number, String name) {
        super(number, name);
    }

    /** The value for a number, known or not. */
    public static SignaturePolicy of(int number) {
        return number > 0 && number <= KNOWN.length ? KNOWN[number - 1] : new SignaturePolicy(number, null);
    }
}
