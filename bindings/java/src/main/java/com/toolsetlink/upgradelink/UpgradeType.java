package com.toolsetlink.upgradelink;

/** How urgently the service wants the upgrade. */
public final class UpgradeType extends Numbered {
    /** The service does not say. */
    public static final UpgradeType UNKNOWN = new UpgradeType(0, "UNKNOWN");

    /** Ask the user. */
    public static final UpgradeType PROMPT = new UpgradeType(1, "PROMPT");

    /** Do it without a word. */
    public static final UpgradeType SILENT = new UpgradeType(2, "SILENT");

    /** Do not go on without it. */
    public static final UpgradeType FORCE = new UpgradeType(3, "FORCE");

    private static final UpgradeType[] KNOWN = {
        UNKNOWN, PROMPT, SILENT, FORCE
    };

    private UpgradeType(int number, String name) {
        super(number, name);
    }

    /** The value for a number, known or not. */
    public static UpgradeType of(int number) {
        return number >= 0 && number < KNOWN.length ? KNOWN[number] : new UpgradeType(number, null);
    }
}
