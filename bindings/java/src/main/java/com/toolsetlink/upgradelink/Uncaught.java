package com.toolsetlink.upgradelink;

/** Where an exception goes that no caller can catch. */
final class Uncaught {
    private Uncaught() {}

    static void hand(Throwable thrown) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    }

    /** Throws whatever it is, unchanged: a listener in Kotlin may throw what it does not declare. */
    static RuntimeException rethrow(Throwable thrown) {
        Uncaught.<RuntimeException>rethrowAs(thrown);
        return null;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void rethrowAs(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
