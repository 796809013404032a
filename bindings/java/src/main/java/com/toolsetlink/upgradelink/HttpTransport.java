package com.toolsetlink.upgradelink;

import java.io.IOException;

/**
 * The application's own HTTP, used for everything in place of the built-in one. Proxies and certificates are then its
 * business; limits and cancelling stay the library's. May be used from any thread at once.
 *
 * <p>{@link UrlConnectionTransport} is one.
 */
public interface HttpTransport {
    /**
     * Sends a request and gives the answer as soon as its headers are there. Redirects are not followed.
     *
     * <p>Runs on a thread of the library, as do the reads and the closing of the body, and may block. What it throws
     * fails the request, and stands in the message: with {@link Status#TLS} an {@code SSLException}, with {@link
     * Status#TIMEOUT} a {@code SocketTimeoutException}, with {@link Status#CONNECT} anything else. What a read of the
     * body throws fails it with {@link Status#TIMEOUT} or {@link Status#NETWORK}; what its closing throws is ignored.
     */
    HttpResponse open(HttpRequest request) throws IOException;
}
