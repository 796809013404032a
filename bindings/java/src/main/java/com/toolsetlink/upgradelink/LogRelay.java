package com.toolsetlink.upgradelink;

/** Called by the library with its lines. */
final class LogRelay {
    private final LogListener listener;

    LogRelay(LogListener listener) {
        this.listener = listener;
    }

    private void line(int level, String line) {
        try {
            listener.onLine(LogLevel.of(level), line);
        } catch (Throwable thrown) {
            Uncaught.hand(thrown);
        }
    }
}
