package com.toolsetlink.upgradelink;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Map;

/**
 * Sends everything through {@link HttpURLConnection}, and so with the certificates and the proxy of the platform: on
 * Android those of the device and of the application's network security configuration.
 */
public class UrlConnectionTransport implements HttpTransport {
    /** A transport whose connections are those of {@link URL#openConnection()}. */
    public UrlConnectionTransport() {}

    /** Opens a connection that is not connected yet. Override it to set a proxy or a socket factory. */
    protected HttpURLConnection openConnection(URL url) throws IOException {
        return (HttpURLConnection) url.openConnection();
    }

    @Override
    public HttpResponse open(HttpRequest request) throws IOException {
        final HttpURLConnection connection = openConnection(new URL(request.url()));
        request.onCancel(new Runnable() {
            @Override
            public void run() {
                connection.disconnect();
            }
        });
        int timeout = (int) Math.max(0, Math.min(request.timeoutMillis(), Integer.MAX_VALUE));
        connection.setConnectTimeout(timeout);
        connection.setReadTimeout(timeout);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestMethod(request.method());
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            connection.setRequestProperty(header.getKey(), header.getValue());
        }
        byte[] body = request.body();
        if (body != null) {
            connection.setDoOutput(true);
            OutputStream out = connection.getOutputStream();
            out.write(body);
            out.close();
        }
        int status = connection.getResponseCode();
        InputStream answer = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        return new HttpResponse(
                status, connection.getHeaderFields(), answer != null ? answer : new ByteArrayInputStream(new byte[0]));
    }
}
