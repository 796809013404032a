package com.toolsetlink.upgradelink;

/**
 * What the service says to do. Immutable; a text that the service does not give is {@code null}.
 *
 * <p>That the application is already the newest is a strategy that is not available, never an error.
 */
public class Strategy {
    final Query query;
    final String json;
    private final Reply reply;

    /** The fields of an answer. It is not changed once a strategy has it. */
    static final class Reply {
        boolean available;
        String packageName;
        String versionName;
        long versionCode;
        String url;
        long fileSize;
        String fileMd5;
        int upgradeType;
        String prompt;
        int patchAlgo;
        String patchUrl;
        long patchFileSize;
        String patchFileMd5;
        String content;
        String message;
        String json;
        long ageMillis;
    }

    Strategy(Query query, Reply reply) {
        this.query = query;
        this.reply = reply;
        this.json = reply.json;
    }

    /** What was asked. */
    public final Query query() {
        return query;
    }

    /** Whether there is an upgrade; false when the application is already the newest for this device. */
    public final boolean isAvailable() {
        return reply.available;
    }

    /** How urgent the upgrade is. */
    public final UpgradeType upgradeType() {
        return UpgradeType.of(reply.upgradeType);
    }

    /** The application's package name; apk, win, mac and lnx only. */
    public final String packageName() {
        return reply.packageName;
    }

    /** The name of the version that is offered, such as {@code 1.2.0}. */
    public final String versionName() {
        return reply.versionName;
    }

    /** The number of the version that is offered; 0 where there is none. */
    public final long versionCode() {
        return reply.versionCode;
    }

    /** Where its file is, or the page to open. */
    public final String url() {
        return reply.url;
    }

    /** The size of its file in bytes; -1 where the service does not say. */
    public final long fileSize() {
        return reply.fileSize;
    }

    /** The MD5 of its file. */
    public final String fileMd5() {
        return reply.fileMd5;
    }

    /** Which patch the service offers, whatever was asked for. */
    public final PatchAlgo patchAlgo() {
        return PatchAlgo.of(reply.patchAlgo);
    }

    /** Where the patch is. */
    public final String patchUrl() {
        return reply.patchUrl;
    }

    /** The size of the patch in bytes; -1 where the service does not say. */
    public final long patchFileSize() {
        return reply.patchFileSize;
    }

    /** The MD5 of the patch. */
    public final String patchFileMd5() {
        return reply.patchFileMd5;
    }

    /** What the publisher wants the user to read. */
    public final String prompt() {
        return reply.prompt;
    }

    /** The settings as JSON, byte for byte; configuration only. */
    public final String content() {
        return reply.content;
    }

    /** The service's words about its answer. */
    public final String message() {
        return reply.message;
    }

    /** The service's whole reply as it came, with fields that this library does not know. */
    public final String json() {
        return reply.json;
    }

    /** How old the answer is, in milliseconds: 0, unless it was remembered. */
    public final long ageMillis() {
        return reply.ageMillis;
    }

    @Override
    public final String toString() {
        return reply.available
                ? query.appKey() + " -> " + reply.versionName + " (" + reply.versionCode + ")"
                : query.appKey() + " is the newest";
    }
}
