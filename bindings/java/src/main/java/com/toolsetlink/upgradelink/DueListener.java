package com.toolsetlink.upgradelink;

/** Is told that it is time to check. */
public interface DueListener {
    /**
     * Called on a thread of the library: call {@link Scheduler#check()}, at once or from another thread later. A host
     * that does not, such as on a metered connection, is asked again after a pause.
     */
    void onDue(Scheduler scheduler);
}
