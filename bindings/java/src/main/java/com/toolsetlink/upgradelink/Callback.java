package com.toolsetlink.upgradelink;

/** Takes the end of an asynchronous call: one of the two is called, once, by the executor of the call. */
public interface Callback<T> {
    /** The call gave a value; {@code null} where it is one that gives none. */
    void onSuccess(T value);

    /** The call failed: an {@link UpgradeLinkException}, or what a progress listener threw. */
    void onFailure(Throwable failure);
}
