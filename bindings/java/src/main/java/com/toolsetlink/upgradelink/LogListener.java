package com.toolsetlink.upgradelink;

/** Takes the lines of the library's log. */
public interface LogListener {
    /** Called on whichever thread has something to say; the library may be called from within. */
    void onLine(LogLevel level, String line);
}
