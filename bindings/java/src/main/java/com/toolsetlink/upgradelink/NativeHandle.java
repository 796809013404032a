package com.toolsetlink.upgradelink;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * Something of the library's that is freed once: when its owner is closed, or forgotten and collected, but never while
 * a call uses it.
 */
abstract class NativeHandle extends PhantomReference<Object> {
    private static final ReferenceQueue<Object> FORGOTTEN = new ReferenceQueue<Object>();
    private static final Set<NativeHandle> LIVE = Collections.synchronizedSet(new HashSet<NativeHandle>());

    private final String name;
    private final long handle;
    private int users;
    private boolean closed;

    NativeHandle(Object owner, String name, long handle) {
        super(owner, FORGOTTEN);
        this.name = name;
        this.handle = handle;
        LIVE.add(this);
        closeForgotten();
    }

    abstract void free(long handle) throws UpgradeLinkException;

    /** The handle, for a call that ends with {@link #done()}. */
    final synchronized long use() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
        users++;
        return handle;
    }

    final void done() {
        boolean last;
        synchronized (this) {
            users--;
            last = closed && users == 0;
        }
        if (last) {
            freeNow();
        }
    }

    /** Frees it now, or when the last call that uses it is done. */
    final void close() {
        boolean unused;
        synchronized (this) {
            unused = !closed && users == 0;
            closed = true;
        }
        if (unused) {
            freeNow();
        }
    }

    final synchronized boolean isClosed() {
        return closed;
    }

    private void freeNow() {
        LIVE.remove(this);
        try {
            free(handle);
        } catch (UpgradeLinkException bug) {
            Uncaught.hand(bug);
        }
    }

    private static void closeForgotten() {
        for (NativeHandle one; (one = (NativeHandle) FORGOTTEN.poll()) != null; ) {
            one.close();
        }
    }
}
