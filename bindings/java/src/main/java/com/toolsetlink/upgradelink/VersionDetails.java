package com.toolsetlink.upgradelink;

/** What the service knows of one version. Immutable; a text that the service does not give is {@code null}. */
public final class VersionDetails {
    private final String appKey;
    private final String packageName;
    private final String versionName;
    private final long versionCode;
    private final String description;
    private final String json;

    VersionDetails(
            String appKey, String packageName, String versionName, long versionCode, String description, String json) {
        this.appKey = appKey;
        this.packageName = packageName;
        this.versionName = versionName;
        this.versionCode = versionCode;
        this.description = description;
        this.json = json;
    }

    /** The application that was asked for. */
    public String appKey() {
        return appKey;
    }

    /** The application's package name. */
    public String packageName() {
        return packageName;
    }

    /** The version's name, such as {@code 1.2.0}. */
    public String versionName() {
        return versionName;
    }

    /** The version's number. */
    public long versionCode() {
        return versionCode;
    }

    /** What the publisher wrote about the version. */
    public String description() {
        return description;
    }

    /** The service's whole reply as it came, with fields that this library does not know. */
    public String json() {
        return json;
    }

    @Override
    public String toString() {
        return appKey + " " + versionName + " (" + versionCode + ")";
    }
}
