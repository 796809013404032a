package com.toolsetlink.upgradelink;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A request as a transport is to send it. */
public final class HttpRequest {
    private final String method;
    private final String url;
    private final Map<String, String> headers;
    private final byte[] body;
    private final long timeoutMillis;
    private Runnable stop;
    private boolean cancelled;

    /** @param headers names and values in turn */
    HttpRequest(String method, String url, String[] headers, byte[] body, long timeoutMillis) {
        Map<String, String> named = new LinkedHashMap<String, String>();
        for (int i = 0; i < headers.length; i += 2) {
            named.put(headers[i], headers[i + 1]);
        }
        this.method = method;
        this.url = url;
        this.headers = Collections.unmodifiableMap(named);
        this.body = body;
        this.timeoutMillis = timeoutMillis;
    }

    /** {@code GET} or {@code POST}. */
    public String method() {
        return method;
    }

    /** The absolute link. */
    public String url() {
        return url;
    }

    /** The headers to be sent. {@code Host} and {@code Content-Length} are the transport's own business. */
    public Map<String, String> headers() {
        return headers;
    }

    /** The body, which is signed and goes out byte for byte; {@code null} for none. */
    public byte[] body() {
        return body == null ? null : body.clone();
    }

    /** After how long without a byte the library gives up; below 0 is never. */
    public long timeoutMillis() {
        return timeoutMillis;
    }

    /**
     * Says what is done when nobody wants the answer any more, which should let an open or a read that blocks return
     * soon. The library waits for neither. It runs on a thread of its own, at once where that is so already; what it
     * throws is ignored.
     */
    public void onCancel(Runnable stop) {
        boolean late;
        synchronized (this) {
            this.stop = stop;
            late = cancelled;
        }
        if (late) {
            start(stop);
        }
    }

    void cancel() {
        Runnable known;
        synchronized (this) {
            cancelled = true;
            known = stop;
        }
        if (known != null) {
            start(known);
        }
    }

    /** Closing a connection may block, and the call that was cancelled is not to wait for that. */
    private static void start(final Runnable stop) {
        Thread thread = new Thread("upgradelink-cancel") {
            @Override
            public void run() {
                try {
                    stop.run();
                } catch (Throwable ignored) {
                    // Nobody is left who could be told.
                }
            }
        };
        thread.setDaemon(true);
        thread.start();
    }
}
