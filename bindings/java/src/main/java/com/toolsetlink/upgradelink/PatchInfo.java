package com.toolsetlink.upgradelink;

/** What the header of a patch says. Immutable. */
public final class PatchInfo {
    private final String container;
    private final String compressor;
    private final long oldSize;
    private final long newSize;

    PatchInfo(String container, String compressor, long oldSize, long newSize) {
        this.container = container;
        this.compressor = compressor;
        this.oldSize = oldSize;
        this.newSize = newSize;
    }

    /** The form of the patch, such as {@code HDIFF13}. */
    public String container() {
        return container;
    }

    /** The compressor as the patch names it; empty where it names none. */
    public String compressor() {
        return compressor;
    }

    /** The size of the file it applies to, in bytes; -1 where the form does not say. */
    public long oldSize() {
        return oldSize;
    }

    /** The size of the file it makes, in bytes. */
    public long newSize() {
        return newSize;
    }

    @Override
    public String toString() {
        return container + " " + compressor + ", " + oldSize + " -> " + newSize + " bytes";
    }
}
