package com.toolsetlink.upgradelink;

/** Which application asks, in which version, on which device. Immutable. */
public final class Query {
    final int kind;
    final String appKey;
    final long versionCode;
    final String arch;
    final Long appointVersionCode;
    final String deviceKey;
    final String deviceModelKey;
    final Long patchAlgo;

    private Query(Builder from) {
        kind = from.kind;
        appKey = from.appKey;
        versionCode = from.versionCode;
        arch = from.arch;
        appointVersionCode = from.appointVersionCode;
        deviceKey = from.deviceKey;
        deviceModelKey = from.deviceModelKey;
        patchAlgo = from.patchAlgo;
    }

    /**
     * Starts a query of an application.
     *
     * @param appKey its key in the service's console
     * @param versionCode the version that runs, which is not 0
     */
    public static Builder builder(Kind kind, String appKey, long versionCode) {
        return new Builder(kind, appKey, versionCode);
    }

    /** Starts a query of an Android application, with patches. */
    public static Builder apk(String apkKey, long versionCode) {
        return builder(Kind.APK, apkKey, versionCode).patchAlgo(PatchAlgo.HDIFFPATCH);
    }

    /** The kind of application. */
    public Kind kind() {
        return Kind.of(kind);
    }

    /** The application's key. */
    public String appKey() {
        return appKey;
    }

    /** The version that runs. */
    public long versionCode() {
        return versionCode;
    }

    /** Collects a query. Belongs to one thread at a time. */
    public static final class Builder {
        private final int kind;
        private final String appKey;
        private final long versionCode;
        private String arch;
        private Long appointVersionCode;
        private String deviceKey;
        private String deviceModelKey;
        private Long patchAlgo;

        private Builder(Kind kind, String appKey, long versionCode) {
            this.kind = kind.number();
            this.appKey = appKey;
            this.versionCode = versionCode;
        }

        /** The architecture, {@code x64} or {@code arm64}; win, mac and lnx need it, the others do not take it. */
        public Builder arch(String arch) {
            this.arch = arch;
            return this;
        }

        /** The only version to be offered; 0 for the newest. */
        public Builder appointVersionCode(long appointVersionCode) {
            this.appointVersionCode = appointVersionCode;
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

        /** Which patch the service may offer; for apk only. */
        public Builder patchAlgo(PatchAlgo patchAlgo) {
            this.patchAlgo = (long) patchAlgo.number();
            return this;
        }

        /** What was set; a value that cannot be right is refused by the call that uses it. */
        public Query build() {
            return new Query(this);
        }
    }
}
