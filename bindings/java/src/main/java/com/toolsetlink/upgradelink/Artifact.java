package com.toolsetlink.upgradelink;

import java.io.File;

/** A file that is what was promised. Immutable; the file stays until you delete it. */
public final class Artifact {
    private static final int CHECKED_SIZE = 1;
    private static final int CHECKED_MD5 = 2;
    private static final int CHECKED_SHA256 = 4;
    private static final int CHECKED_SIGNATURE = 8;

    private final File file;
    private final long size;
    private final String md5;
    private final String sha256;
    private final int origin;
    private final int checked;
    private final long networkBytes;
    private final String patchFailure;

    Artifact(
            String path, long size, String md5, String sha256, int origin, int checked, long networkBytes,
            String patchFailure) {
        this.file = new File(path);
        this.size = size;
        this.md5 = md5;
        this.sha256 = sha256;
        this.origin = origin;
        this.checked = checked;
        this.networkBytes = networkBytes;
        this.patchFailure = patchFailure;
    }

    /** Where the file is. */
    public File file() {
        return file;
    }

    /** Its size in bytes. */
    public long size() {
        return size;
    }

    /** Its MD5 in lowercase hex, whether it was promised or not. */
    public String md5() {
        return md5;
    }

    /** Its SHA-256 in lowercase hex, whether it was promised or not. */
    public String sha256() {
        return sha256;
    }

    /** How it came. */
    public Origin origin() {
        return Origin.of(origin);
    }

    /** What was compared with a promise: a sum of 1 (size), 2 (MD5), 4 (SHA-256) and 8 (signature). */
    public int checked() {
        return checked;
    }

    /** Whether the size was promised, and is right. */
    public boolean isSizeChecked() {
        return (checked & CHECKED_SIZE) != 0;
    }

    /** Whether an MD5 was promised, and is right. */
    public boolean isMd5Checked() {
        return (checked & CHECKED_MD5) != 0;
    }

    /** Whether you gave a SHA-256, and it is right. */
    public boolean isSha256Checked() {
        return (checked & CHECKED_SHA256) != 0;
    }

    /** Whether a pinned key has signed the file. */
    public boolean isSignatureChecked() {
        return (checked & CHECKED_SIGNATURE) != 0;
    }

    /** How many bytes were taken from the network for it in this call, those in vain too. */
    public long networkBytes() {
        return networkBytes;
    }

    /** Why a patch that was offered did not lead to the file; {@code null} when none was tried, or it did. */
    public String patchFailure() {
        return patchFailure;
    }

    @Override
    public String toString() {
        return file + " (" + size + " bytes, " + origin() + ")";
    }
}
