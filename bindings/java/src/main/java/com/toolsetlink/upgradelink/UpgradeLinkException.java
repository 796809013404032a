package com.toolsetlink.upgradelink;

/**
 * A call failed: what failed, where, and what the service said.
 *
 * <p>The message names what was expected, what came and what to do. It never holds the secret key or a signature.
 */
public final class UpgradeLinkException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @serial the number of {@link #status()} */
    private final int status;
    /** @serial the number of {@link #stage()} */
    private final int stage;
    /** @serial {@link #httpStatus()} */
    private final int httpStatus;
    /** @serial {@link #serviceCode()} */
    private final long serviceCode;
    /** @serial {@link #traceId()} */
    private final String traceId;
    /** @serial {@link #docs()} */
    private final String docs;
    /** @serial {@link #osError()} */
    private final int osError;
    /** @serial {@link #isRetryable()} */
    private final boolean retryable;
    /** @serial {@link #retryAfterMillis()} */
    private final long retryAfterMillis;

    UpgradeLinkException(
            int status, int stage, int httpStatus, long serviceCode, String traceId, String docs, int osError,
            boolean retryable, long retryAfterMillis, String message) {
        super(message);
        this.status = status;
        this.stage = stage;
        this.httpStatus = httpStatus;
        this.serviceCode = serviceCode;
        this.traceId = traceId;
        this.docs = docs;
        this.osError = osError;
        this.retryable = retryable;
        this.retryAfterMillis = retryAfterMillis;
    }

    /** What failed. */
    public Status status() {
        return Status.of(status);
    }

    /** Where it failed. */
    public Stage stage() {
        return Stage.of(stage);
    }

    /** The HTTP status of the answer; 0 where none came. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The {@code code} of the service's answer, such as 404001; 0 where none came. */
    public long serviceCode() {
        return serviceCode;
    }

    /** The service's name for the failed request, to be told to its support; {@code null} where it gave none. */
    public String traceId() {
        return traceId;
    }

    /** What the service says about the code, often a link; {@code null} where it gave none. */
    public String docs() {
        return docs;
    }

    /** The operating system's error number; 0 where it had no part. */
    public int osError() {
        return osError;
    }

    /** Whether the same call may succeed later, unchanged. */
    public boolean isRetryable() {
        return retryable;
    }

    /** How long the service asks to wait before the next call, in milliseconds; 0 where it does not say. */
    public long retryAfterMillis() {
        return retryAfterMillis;
    }
}
