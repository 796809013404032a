package com.toolsetlink.upgradelink;

import java.io.File;

/** How a file is fetched. Immutable. */
public final class FetchOptions {
    final String folder;
    final String baseFile;
    final String fileName;
    final String sha256;
    final boolean requireHash;
    final long maxSize;
    final boolean allowDowngrade;
    final long stallTimeoutMillis;
    final long lockWaitMillis;
    final boolean keepPartial;
    final long maxBytesPerSecond;
    final boolean report;

    private FetchOptions(Builder from) {
        folder = from.folder;
        baseFile = from.baseFile;
        fileName = from.fileName;
        sha256 = from.sha256;
        requireHash = from.requireHash;
        maxSize = from.maxSize;
        allowDowngrade = from.allowDowngrade;
        stallTimeoutMillis = from.stallTimeoutMillis;
        lockWaitMillis = from.lockWaitMillis;
        keepPartial = from.keepPartial;
        maxBytesPerSecond = from.maxBytesPerSecond;
        report = from.report;
    }

    /** Starts with a folder for the file; it is made where it is missing. */
    public static Builder builder(File folder) {
        return new Builder(folder);
    }

    /** Collects options. Belongs to one thread at a time. */
    public static final class Builder {
        private final String folder;
        private String baseFile;
        private String fileName;
        private String sha256;
        private boolean requireHash;
        private long maxSize = -1;
        private boolean allowDowngrade;
        private long stallTimeoutMillis = 30_000;
        private long lockWaitMillis = 0;
        private boolean keepPartial = true;
        private long maxBytesPerSecond = 0;
        private boolean report;

        private Builder(File folder) {
            this.folder = folder.getPath();
        }

        /**
         * The file that runs, such as the installed apk; it is only read. With it a patch is taken where the
         * strategy offers one, and the full file where the patch fails for whatever reason.
         */
        public Builder baseFile(File baseFile) {
            this.baseFile = baseFile == null ? null : baseFile.getPath();
            return this;
        }

        /**
         * The name of the file in the folder: one component without separators; {@code null} takes it from the
         * link.
         */
        public Builder fileName(String fileName) {
            this.fileName = fileName;
            return this;
        }

        /** The SHA-256 that the file must have, as 64 hex digits, where you know it. */
        public Builder sha256(String sha256) {
            this.sha256 = sha256;
            return this;
        }

        /** Whether a file is refused for which neither the service nor you give a hash. Off by default. */
        public Builder requireHash(boolean requireHash) {
            this.requireHash = requireHash;
            return this;
        }

        /** The largest file that is taken, in bytes; below 0 for any, which is the default. */
        public Builder maxSize(long maxSize) {
            this.maxSize = maxSize;
            return this;
        }

        /** Whether a version that is not above the one that runs may be fetched. Off by default. */
        public Builder allowDowngrade(boolean allowDowngrade) {
            this.allowDowngrade = allowDowngrade;
            return this;
        }

        /**
         * How long less than 1,024 bytes may come before a connection is given up; below 0 for ever. Default:
         * 30,000.
         */
        public Builder stallTimeoutMillis(long stallTimeoutMillis) {
            this.stallTimeoutMillis = stallTimeoutMillis;
            return this;
        }

        /**
         * How long to wait while somebody else fetches the same file into the same folder; below 0 for ever. By
         * default the call ends with {@link Status#BUSY} at once.
         */
        public Builder lockWaitMillis(long lockWaitMillis) {
            this.lockWaitMillis = lockWaitMillis;
            return this;
        }

        /** Whether what has come stays for the next call when this one fails or is cancelled. On by default. */
        public Builder keepPartial(boolean keepPartial) {
            this.keepPartial = keepPartial;
            return this;
        }

        /** The most bytes that are taken in a second; 0 for as many as come, which is the default. */
        public Builder maxBytesPerSecond(long maxBytesPerSecond) {
            this.maxBytesPerSecond = maxBytesPerSecond;
            return this;
        }

        /**
         * Whether the service is told how the fetch of a strategy ended, as an event of type
         * {@link EventType#DOWNLOAD}. Off by default. With a state folder that costs no time; without one the call may
         * take up to five seconds longer.
         */
        public Builder report(boolean report) {
            this.report = report;
            return this;
        }

        /** What was set; a value that cannot be right is refused by the call that uses it. */
        public FetchOptions build() {
            return new FetchOptions(this);
        }
    }
}
