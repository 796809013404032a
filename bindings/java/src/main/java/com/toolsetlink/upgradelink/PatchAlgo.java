package com.toolsetlink.upgradelink;

/** A kind of patch. */
public final class PatchAlgo extends Numbered {
    /** No patch. */
    public static final PatchAlgo NONE = new PatchAlgo(0, "NONE");

    /** HDiffPatch. */
    public static final PatchAlgo HDIFFPATCH = new PatchAlgo(1, "HDIFFPATCH");

    private static final PatchAlgo[] KNOWN = {
        NONE, HDIFFPATCH
    };

    private PatchAlgo(int number, String name) {
        super(number, name);
    }

    /** The value for a number, known or not. */
    public static PatchAlgo of(int number) {
        return number >= 0 && number < KNOWN.length ? KNOWN[number] : new PatchAlgo(number, null);
    }
}
