package com.toolsetlink.upgradelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;

/** The local service that the tests run beside, with the catalogue of the conformance list. */
final class Service {
    static final String ENDPOINT = System.getenv("UPGRADELINK_ENDPOINT");
    static final Path DATA = Paths.get(System.getProperty("upgradelink.root", "."), "tests/conformance/data");

    private Service() {}

    static Config.Builder config() {
        return Config.builder("access", "secret").endpoint(ENDPOINT).allowHttp(true).proxy("");
    }

    static UpgradeLinkClient client() throws UpgradeLinkException {
        return new UpgradeLinkClient(config().build());
    }

    static Query query(Kind kind, String key) {
        return Query.builder(kind, key, 1).build();
    }

    static Query url() {
        return query(Kind.URL, "url");
    }

    /** Lets the service fail as the JSON says, and in no other way. */
    static void fault(String json) {
        admin("DELETE", "faults", null);
        admin("DELETE", "requests", null);
        if (json != null) {
            admin("POST", "faults", "[" + json + "]");
        }
    }

    static String requests() {
        return admin("GET", "requests", null);
    }

    static String admin(String method, String what, String body) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) new URL(ENDPOINT + "/_dev/" + what).openConnection(Proxy.NO_PROXY);
            connection.setRequestMethod(method);
            if (body != null) {
                connection.setDoOutput(true);
                connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            }
            if (connection.getResponseCode() >= 300) {
                throw new AssertionError(method + " " + what + ": HTTP " + connection.getResponseCode());
            }
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
