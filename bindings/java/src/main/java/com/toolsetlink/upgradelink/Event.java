package com.toolsetlink.upgradelink;

/** Something that happened, for the service's figures. Immutable. */
public final class Event {
    final int type;
    final String appKey;
    final long versionCode;
    final long timeMillis;
    final Long launchTimeMillis;
    final Long downloadVersionCode;
    final Long upgradeVersionCode;
    final Long code;
    final String deviceKey;
    final String deviceModelKey;
    final String target;
    final String arch;

    private Event(Builder from) {
        type = from.type;
        appKey = from.appKey;
        versionCode = from.versionCode;
        timeMillis = from.timeMillis;
        launchTimeMillis = from.launchTimeMillis;
        downloadVersionCode = from.downloadVersionCode;
        upgradeVersionCode = from.upgradeVersionCode;
        code = from.code;
        deviceKey = from.deviceKey;
        deviceModelKey = from.deviceModelKey;
        target = from.target;
        arch = from.arch;
    }

    /**
     * Starts an event.
     *
     * @param versionCode the version that runs; for an upgrade the one that was upgraded from
     */
    public static Builder builder(EventType type, String appKey, long versionCode) {
        return new Builder(type, appKey, versionCode);
    }

    /** Collects an event. Belongs to one thread at a time. */
    public static final class Builder {
        private final int type;
        private final String appKey;
        private final long versionCode;
        private long timeMillis = System.currentTimeMillis();
        private Long launchTimeMillis;
        private Long downloadVersionCode;
        private Long upgradeVersionCode;
        private Long code;
        private String deviceKey;
        private String deviceModelKey;
        private String target;
        private String arch;

        private Builder(EventType type, String appKey, long versionCode) {
            this.type = type.number();
            this.appKey = appKey;
            this.versionCode = versionCode;
        }

        /** When it happened, in milliseconds since 1970. Default: now. */
        public Builder timeMillis(long timeMillis) {
            this.timeMillis = timeMillis;
            return this;
        }

        /** When the application was started; by default when it happened. For starts only. */
        public Builder launchTimeMillis(long launchTimeMillis) {
            this.launchTimeMillis = launchTimeMillis;
            return this;
        }

        /** The version that was downloaded. Downloads need it; it is for them only. */
        public Builder downloadVersionCode(long downloadVersionCode) {
            this.downloadVersionCode = downloadVersionCode;
            return this;
        }

        /** The version that was upgraded to. Upgrades need it; it is for them only. */
        public Builder upgradeVersionCode(long upgradeVersionCode) {
            this.upgradeVersionCode = upgradeVersionCode;
            return this;
        }

        /**
         * How it ended: 0, the default, for success, 1 for a failure, 1001 for a failed download, 1002 for too
         * little space, 1003 for a failed file operation, 1004 for a wrong MD5, or any number of your own. For
         * downloads and upgrades only.
         */
        public Builder code(long code) {
            this.code = code;
            return this;
        }

        /** The device's key; {@code null} takes the configuration's. */
        public Builder deviceKey(String deviceKey) {
            this.deviceKey = deviceKey;
            return this;
        }

        /** The key of the device's model; {@code null} takes the configuration's. */
        public Builder deviceModelKey(String deviceModelKey) {
            this.deviceModelKey = deviceModelKey;
            return this;
        }

        /** The operating system, such as {@code android}; {@code null} for none. */
        public Builder target(String target) {
            this.target = target;
            return this;
        }

        /** The machine's architecture, such as {@code arm64}; {@code null} for none. */
        public Builder arch(String arch) {
            this.arch = arch;
            return this;
        }

        /** What was set; a value that cannot be right is refused by the call that uses it. */
        public Event build() {
            return new Event(this);
        }
    }
}
