package com.toolsetlink.upgradelink;

/** What the service says to do about an Android application: a strategy with a patch. Immutable. */
public final class ApkStrategy extends Strategy {
    ApkStrategy(Query query, Reply reply) {
        super(query, reply);
    }

    /** The application's key. */
    public String apkKey() {
        return query().appKey();
    }

    /** Which patch the service offers, whatever was asked for. */
    public PatchAlgo patchAlgo() {
        return PatchAlgo.of(reply().patchAlgo);
    }

    /** Where the patch is. */
    public String patchUrl() {
        return reply().patchUrl;
    }

    /** The size of the patch in bytes; -1 where the service does not say. */
    public long patchFileSize() {
        return reply().patchFileSize;
    }

    /** The MD5 of the patch. */
    public String patchFileMd5() {
        return reply().patchFileMd5;
    }
}
