package com.toolsetlink.upgradelink;

/** What this library is. */
public final class UpgradeLink {
    private UpgradeLink() {}

    /** The version of the native library, such as {@code 0.1.0}. */
    public static String version() {
        try {
            return Natives.version();
        } catch (UpgradeLinkException bug) {
            throw new IllegalStateException(bug);
        }
    }

    /** The version as a number: major * 1,000,000 + minor * 1,000 + patch. */
    public static int versionNumber() {
        try {
            return Natives.versionNumber();
        } catch (UpgradeLinkException bug) {
            throw new IllegalStateException(bug);
        }
    }

    /**
     * Whether the native library was built with a feature: {@code http}, {@code fetch}, {@code patch}, {@code zlib},
     * {@code bz2}, {@code lzma}, {@code zstd} or {@code jni}. What is missing answers {@link Status#UNSUPPORTED}.
     */
    public static boolean has(String feature) {
        try {
            return Natives.has(feature);
        } catch (UpgradeLinkException bug) {
            throw new IllegalStateException(bug);
        }
    }
}
