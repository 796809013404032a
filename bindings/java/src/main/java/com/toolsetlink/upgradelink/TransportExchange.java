package com.toolsetlink.upgradelink;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;

/** Called by the library: a request and its answer, from the opening to the closing. Nothing the host throws gets out. */
final class TransportExchange {
    private final HttpTransport transport;
    private final HttpRequest request;
    private HttpResponse response;
    private String[] headers;
    private String failure;

    TransportExchange(HttpTransport transport, HttpRequest request) {
        this.transport = transport;
        this.request = request;
    }

    /** The number of what failed; 0 for success, after which there is a status, headers and a body to be closed. */
    private int open() {
        try {
            response = transport.open(request);
            headers = flat(response.headers());
            return 0;
        } catch (Throwable thrown) {
            close();
            return failed(thrown, thrown instanceof SSLException ? Status.TLS : Status.CONNECT);
        }
    }

    private int status() {
        return response.status();
    }

    /** Names and values in turn. */
    private static String[] flat(Map<String, List<String>> headers) {
        List<String> flat = new ArrayList<String>();
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            // HttpURLConnection files the line of the status under null.
            if (header.getKey() != null) {
                for (String value : header.getValue()) {
                    flat.add(header.getKey());
                    flat.add(value);
                }
            }
        }
        return flat.toArray(new String[0]);
    }

    /** How many bytes came, 0 at the end, or the negative of the number of what failed. */
    private int read(byte[] buffer, int length) {
        try {
            int count = response.body().read(buffer, 0, length);
            if (count == 0 || count > length) {
                throw new IOException("a read of at most " + length + " bytes gave " + count);
            }
            return Math.max(0, count);
        } catch (Throwable thrown) {
            return -failed(thrown, Status.NETWORK);
        }
    }

    private void cancel() {
        request.cancel();
    }

    private void close() {
        try {
            if (response != null) {
                response.body().close();
            }
        } catch (Throwable ignored) {
            // The library has what it wanted.
        }
    }

    private int failed(Throwable thrown, Status otherwise) {
        failure = described(thrown);
        return (thrown instanceof SocketTimeoutException ? Status.TIMEOUT : otherwise).number();
    }

    private static String described(Throwable thrown) {
        try {
            return String.valueOf(thrown);
        } catch (Throwable speechless) {
            return thrown.getClass().getName();
        }
    }
}
