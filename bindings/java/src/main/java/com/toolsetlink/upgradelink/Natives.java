package com.toolsetlink.upgradelink;

import java.io.File;

/**
 * The natives of the library. Each is registered when the library is loaded; a test compares this list with the
 * library's own. A handle is a number that {@link NativeHandle} guards.
 */
final class Natives {
    static {
        String path = System.getProperty("upgradelink.library");
        if (path != null) {
            System.load(new File(path).getAbsolutePath());
        } else {
            System.loadLibrary("upgradelink");
        }
    }

    private Natives() {}

    static native String version() throws UpgradeLinkException;

    static native int versionNumber() throws UpgradeLinkException;

    static native boolean has(String feature) throws UpgradeLinkException;

    static native long cancelNew() throws UpgradeLinkException;

    static native void cancel(long cancel) throws UpgradeLinkException;

    static native void cancelFree(long cancel) throws UpgradeLinkException;

    static native long clientNew(Config config) throws UpgradeLinkException;

    static native void clientFree(long client) throws UpgradeLinkException;

    static native Strategy check(long client, long cancel, Query query) throws UpgradeLinkException;

    static native void checkStart(long client, long cancel, Query query, Call<?> call) throws UpgradeLinkException;

    static native VersionDetails describe(long client, long cancel, Query query) throws UpgradeLinkException;

    static native void describeStart(long client, long cancel, Query query, Call<?> call)
            throws UpgradeLinkException;

    static native Statistics measure(long client, long cancel, String appKey) throws UpgradeLinkException;

    static native void measureStart(long client, long cancel, String appKey, Call<?> call)
            throws UpgradeLinkException;

    static native void report(long client, long cancel, Event event) throws UpgradeLinkException;

    static native void reportStart(long client, long cancel, Event event, Call<?> call) throws UpgradeLinkException;

    static native void reportStarted(long client, long cancel, String appKey, long versionCode)
            throws UpgradeLinkException;

    static native void flush(long client, long cancel, int limitMillis) throws UpgradeLinkException;

    /** How many wait, and how many were dropped. */
    static native long[] countEvents(long client) throws UpgradeLinkException;

    static native void rememberUpgrade(long client, Strategy strategy) throws UpgradeLinkException;

    static native Strategy lastStrategy(long client, Query query) throws UpgradeLinkException;

    static native void snooze(long client, Strategy strategy, long untilMillis) throws UpgradeLinkException;

    static native void skip(long client, Strategy strategy) throws UpgradeLinkException;

    static native boolean isWanted(long client, Strategy strategy) throws UpgradeLinkException;

    static native Artifact fetch(
            long client, long cancel, Strategy strategy, FetchOptions options, ProgressRelay progress)
            throws UpgradeLinkException;

    static native void fetchStart(
            long client, long cancel, Strategy strategy, FetchOptions options, ProgressRelay progress, Call<?> call)
            throws UpgradeLinkException;

    static native Artifact fetchLink(
            long client, long cancel, String url, long size, String md5, FetchOptions options, ProgressRelay progress)
            throws UpgradeLinkException;

    static native void fetchLinkStart(
            long client, long cancel, String url, long size, String md5, FetchOptions options, ProgressRelay progress,
            Call<?> call)
            throws UpgradeLinkException;

    static native void patchApply(
            long cancel, String base, String patch, String output, PatchOptions options, ProgressRelay progress)
            throws UpgradeLinkException;

    static native void patchApplyStart(
            long cancel, String base, String patch, String output, PatchOptions options, ProgressRelay progress,
            Call<?> call)
            throws UpgradeLinkException;

    static native PatchInfo patchInspect(String path) throws UpgradeLinkException;

    static native long schedulerNew(long client, Query query, long intervalMillis) throws UpgradeLinkException;

    static native void schedulerStart(long scheduler, DueRelay due) throws UpgradeLinkException;

    static native Strategy schedulerCheck(long scheduler, Query query) throws UpgradeLinkException;

    static native long schedulerDueIn(long scheduler) throws UpgradeLinkException;

    static native void schedulerStop(long scheduler) throws UpgradeLinkException;

    static native void schedulerFree(long scheduler) throws UpgradeLinkException;

    /** Called by the library: a request for a transport. */
    private static TransportExchange exchange(
            HttpTransport transport, String method, String url, String[] headers, byte[] body, long timeoutMillis) {
        return new TransportExchange(transport, new HttpRequest(method, url, headers, body, timeoutMillis));
    }

    /** Called by the library: what the service answered. */
    private static Strategy strategy(
            Query query, boolean available, String packageName, String versionName, long versionCode, String url,
            long fileSize, String fileMd5, int upgradeType, String prompt, int patchAlgo, String patchUrl,
            long patchFileSize, String patchFileMd5, String content, String message, String json, long ageMillis) {
        Strategy.Reply reply = new Strategy.Reply();
        reply.available = available;
        reply.packageName = packageName;
        reply.versionName = versionName;
        reply.versionCode = versionCode;
        reply.url = url;
        reply.fileSize = fileSize;
        reply.fileMd5 = fileMd5;
        reply.upgradeType = upgradeType;
        reply.prompt = prompt;
        reply.patchAlgo = patchAlgo;
        reply.patchUrl = patchUrl;
        reply.patchFileSize = patchFileSize;
        reply.patchFileMd5 = patchFileMd5;
        reply.content = content;
        reply.message = message;
        reply.json = json;
        reply.ageMillis = ageMillis;
        return query.kind().equals(Kind.APK) ? new ApkStrategy(query, reply) : new Strategy(query, reply);
    }
}
