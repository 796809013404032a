package com.toolsetlink.upgradelink;

/** Whether files need a signature. */
public enum SignaturePolicy {
    /** Signatures are not looked for. */
    OFF(1),
    /** One that is there must be right. Whoever can change the file can also take its signature away. */
    WHEN_PRESENT(2),
    /** A file without a right one is refused. */
    REQUIRED(3);

    private final int number;

    SignaturePolicy(int number) {
        this.number = number;
    }

    /** The number, which never changes its meaning. */
    public int number() {
        return number;
    }
}
