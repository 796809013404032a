package com.toolsetlink.upgradelink;

/** What the file that a patch makes must be, and what the patch may ask for. Immutable. */
public final class PatchOptions {
    final long expectedSize;
    final String expectedMd5;
    final long maxWindow;

    private PatchOptions(Builder from) {
        expectedSize = from.expectedSize;
        expectedMd5 = from.expectedMd5;
        maxWindow = from.maxWindow;
    }

    /** Starts with options that demand nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options. Belongs to one thread at a time. */
    public static final class Builder {
        private long expectedSize = -1;
        private String expectedMd5;
        private long maxWindow = -1;

        private Builder() {
        }

        /** The size in bytes that it must have; below 0 for any, which is the default. */
        public Builder expectedSize(long expectedSize) {
            this.expectedSize = expectedSize;
            return this;
        }

        /** The MD5 that it must have, as 32 hex digits; {@code null} for any, which is the default. */
        public Builder expectedMd5(String expectedMd5) {
            this.expectedMd5 = expectedMd5;
            return this;
        }

        /**
         * The most memory for the windows of all decoders together, in bytes; below 0 for the default: 128 MiB, on
         * Android 32 MiB.
         */
        public Builder maxWindow(long maxWindow) {
            this.maxWindow = maxWindow;
            return this;
        }

        /** What was set; a value that cannot be right is refused by the call that uses it. */
        public PatchOptions build() {
            return new PatchOptions(this);
        }
    }
}
