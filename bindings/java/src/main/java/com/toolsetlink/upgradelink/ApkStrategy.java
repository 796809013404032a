package com.toolsetlink.upgradelink;

/** What the service says to do about an Android application. Immutable. */
public final class ApkStrategy extends Strategy {
    ApkStrategy(Query query, Reply reply) {
        super(query, reply);
    }

    /** The application's key. */
    public String apkKey() {
        return query().appKey();
    }

    /** Whether the service offers a patch, which {@link UpgradeLinkClient#fetch} takes where it is given a base file. */
    public boolean hasPatch() {
        return patchUrl() != null;
    }
}
