package com.toolsetlink.upgradelink;

import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** The answer of a server. */
public final class HttpResponse {
    private final int status;
    private final Map<String, List<String>> headers;
    private final InputStream body;

    /**
     * An answer.
     *
     * @param headers the library looks for {@code Content-Length}, {@code Content-Range}, {@code Content-Encoding},
     *     {@code Content-Type}, {@code Date}, {@code ETag}, {@code Last-Modified}, {@code Location} and {@code
     *     Retry-After}; {@code null} is no name of one
     * @param body is read as it comes, and closed when the library has enough
     */
    public HttpResponse(int status, Map<String, List<String>> headers, InputStream body) {
        if (headers == null || body == null) {
            throw new NullPointerException("headers and a body are needed, if empty ones");
        }
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The headers. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** The body. */
    public InputStream body() {
        return body;
    }
}
