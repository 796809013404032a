package com.toolsetlink.upgradelink;

/** Is told how far a long call is. */
public interface ProgressListener {
    /**
     * Called every 100 ms, also while nothing arrives, and at the end. Within a phase {@code done} never goes back.
     *
     * <p>A blocking call tells on its own thread, an asynchronous one on its executor. What this throws ends the call
     * and comes out of it.
     *
     * @param done bytes so far
     * @param total all bytes, or -1 where nobody gave their number
     */
    void onProgress(Phase phase, long done, long total);
}
