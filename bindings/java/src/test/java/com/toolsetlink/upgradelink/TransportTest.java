package com.toolsetlink.upgradelink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP of the application's own. */
@Timeout(60)
class TransportTest {
    @TempDir
    Path folder;

    @BeforeEach
    void noFaults() {
        Service.fault(null);
    }

    /** The one of the library, which no proxy of this machine may come between. */
    private static final class Direct extends UrlConnectionTransport {
        final AtomicInteger opened = new AtomicInteger();

        @Override
        protected HttpURLConnection openConnection(URL url) throws IOException {
            opened.incrementAndGet();
            return (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
        }
    }

    private static UpgradeLinkClient client(HttpTransport transport) throws UpgradeLinkException {
        return new UpgradeLinkClient(Service.config().transport(transport).maxAttempts(1).build());
    }

    private static HttpResponse answer(InputStream body) {
        return new HttpResponse(200, Map.of("Content-Type", List.of("application/json")), body);
    }

    private static InputStream ninth() {
        String text = "{\"code\":200,\"msg\":\"二\",\"data\":"
                + "{\"urlKey\":\"url\",\"versionCode\":9,\"urlPath\":\"http://example.com/9\"}}";
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static UpgradeLinkException failure(HttpTransport transport) throws UpgradeLinkException {
        try (UpgradeLinkClient client = client(transport)) {
            return assertThrows(UpgradeLinkException.class, () -> client.check(Service.url()));
        }
    }

    private static UpgradeLinkException failure(InputStream body) throws UpgradeLinkException {
        return failure(request -> answer(body));
    }

    @Test
    void aCheckGoesThroughUrlConnections() throws Exception {
        Direct transport = new Direct();
        try (UpgradeLinkClient client = client(transport)) {
            assertEquals(2, client.check(Service.url()).versionCode());
        }
        assertEquals(1, transport.opened.get());
        assertTrue(Service.requests().contains("/v1/url/upgrade"));
    }

    @Test
    void aFetchGoesThroughUrlConnections() throws Exception {
        Direct transport = new Direct();
        try (UpgradeLinkClient client = client(transport)) {
            Strategy strategy = client.check(Query.builder(Kind.WIN, "win", 1).arch("arm64").build());
            Artifact artifact = client.fetch(strategy, FetchOptions.builder(folder.toFile()).build());
            assertEquals(300_000, artifact.size());
            assertTrue(artifact.isSizeChecked());
        }
        assertEquals(2, transport.opened.get());
    }

    @Test
    void whatTheServiceRefusesOverUrlConnectionsIsTold() throws Exception {
        Config unknown = Config.builder("nobody", "secret")
                .endpoint(Service.ENDPOINT).allowHttp(true).transport(new Direct()).build();
        try (UpgradeLinkClient client = new UpgradeLinkClient(unknown)) {
            UpgradeLinkException refusal =
                    assertThrows(UpgradeLinkException.class, () -> client.check(Service.url()));
            assertEquals(Status.AUTHENTICATION, refusal.status());
            assertEquals(401, refusal.httpStatus());
        }
    }

    @Test
    void aRedirectOfTheServiceIsNotFollowedByUrlConnections() throws Exception {
        Service.fault("{\"on\": \"/v1/url/upgrade\", \"redirect\": \"/v1/win/upgrade\"}");
        UpgradeLinkException failure = failure(new Direct());
        assertEquals(Status.REPLY, failure.status());
        assertEquals(302, failure.httpStatus());
    }

    @Test
    void aServerThatIsNotThereIsAFailedConnection() throws Exception {
        Config nowhere = Service.config().endpoint("http://127.0.0.1:1").transport(new Direct()).build();
        try (UpgradeLinkClient client = new UpgradeLinkClient(nowhere)) {
            UpgradeLinkException refusal =
                    assertThrows(UpgradeLinkException.class, () -> client.check(Service.url()));
            assertEquals(Status.CONNECT, refusal.status());
            assertTrue(refusal.getMessage().contains("java.net.ConnectException"), refusal.getMessage());
        }
    }

    @Test
    void aRequestIsHandedOverWholeAndItsAnswerIsRead() throws Exception {
        AtomicReference<HttpRequest> seen = new AtomicReference<>();
        HttpTransport transport = request -> {
            seen.set(request);
            return answer(ninth());
        };
        try (UpgradeLinkClient client = client(transport)) {
            Strategy strategy = client.check(Service.url());
            assertEquals(9, strategy.versionCode());
            assertEquals("二", strategy.message());
        }
        HttpRequest request = seen.get();
        assertEquals("POST", request.method());
        assertEquals(Service.ENDPOINT + "/v1/url/upgrade", request.url());
        assertEquals("access", request.headers().get("X-AccessKey"));
        assertArrayEquals("{\"urlKey\":\"url\",\"versionCode\":1}".getBytes(StandardCharsets.UTF_8), request.body());
        assertEquals(30_000, request.timeoutMillis());
    }

    @Test
    void withoutLimitsTheTimeoutIsBelowZero() throws Exception {
        AtomicReference<HttpRequest> seen = new AtomicReference<>();
        HttpTransport transport = request -> {
            seen.set(request);
            return answer(ninth());
        };
        Config patient = Service.config().connectTimeoutMillis(-1).responseTimeoutMillis(-1).totalTimeoutMillis(-1)
                .transport(transport).build();
        try (UpgradeLinkClient client = new UpgradeLinkClient(patient)) {
            client.check(Service.url());
        }
        assertEquals(-1, seen.get().timeoutMillis());
    }

    @Test
    void whatOpenThrowsIsTheFailureOfTheCall() throws Exception {
        UpgradeLinkException tls = failure(request -> { throw new SSLException("no trust"); });
        assertEquals(Status.TLS, tls.status());
        assertEquals(Stage.TLS, tls.stage());
        assertEquals("the host's transport failed: javax.net.ssl.SSLException: no trust", tls.getMessage());
        assertEquals(Status.TIMEOUT, failure(request -> { throw new SocketTimeoutException(); }).status());
        assertEquals(Status.CONNECT, failure(request -> { throw new IOException("no route"); }).status());
        assertEquals(Status.CONNECT, failure(request -> { throw new IllegalStateException(); }).status());
        assertEquals(Status.CONNECT, failure(request -> { throw new AssertionError(); }).status());
        assertEquals(Status.CONNECT, failure(request -> null).status());
    }

    @Test
    void whatCannotEvenSayWhatItIsIsAFailureToo() throws Exception {
        UpgradeLinkException failure = failure(request -> {
            throw new IllegalStateException() {
                @Override
                public String toString() {
                    throw this;
                }
            };
        });
        assertEquals(Status.CONNECT, failure.status());
    }

    @Test
    void whatAReadThrowsIsTheFailureOfTheCall() throws Exception {
        assertEquals(Status.NETWORK, failure(reading(() -> { throw new IOException("reset"); })).status());
        assertEquals(Status.TIMEOUT, failure(reading(() -> { throw new SocketTimeoutException(); })).status());
        assertEquals(Status.NETWORK, failure(reading(() -> { throw new IllegalStateException(); })).status());
    }

    @Test
    void aReadThatGivesMoreThanItWasAskedForIsRefused() throws Exception {
        UpgradeLinkException failure = failure(reading(() -> 65_537));
        assertEquals(Status.NETWORK, failure.status());
        assertEquals(
                "the host's transport failed: java.io.IOException: a read of at most 65536 bytes gave 65537",
                failure.getMessage());
    }

    private interface Read {
        int read() throws IOException;
    }

    private static InputStream reading(Read read) {
        return new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("blocks are read");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read.read();
            }
        };
    }

    @Test
    void aFileThatIsLongerThanPromisedIsNotHandedOver() throws Exception {
        HttpTransport endless = request -> request.method().equals("POST")
                ? new Direct().open(request)
                : new HttpResponse(200, Map.of(), reading(() -> 1000));
        try (UpgradeLinkClient client = client(endless)) {
            Strategy strategy = client.check(Query.builder(Kind.WIN, "win", 1).arch("arm64").build());
            UpgradeLinkException failure = assertThrows(
                    UpgradeLinkException.class,
                    () -> client.fetch(strategy, FetchOptions.builder(folder.toFile()).build()));
            assertEquals(Status.VERIFY, failure.status());
        }
    }

    @Test
    void anAnswerWithoutAStatusIsNone() throws Exception {
        UpgradeLinkException failure = failure(request -> new HttpResponse(-1, Map.of(), ninth()));
        assertEquals(Status.REPLY, failure.status());
        assertEquals("the host's transport gave the HTTP status -1", failure.getMessage());
    }

    @Test
    void aBodyIsClosedOnceWhateverThatThrows() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        HttpTransport transport = request -> answer(new FilterInputStream(ninth()) {
            @Override
            public void close() throws IOException {
                if (closed.incrementAndGet() % 2 == 0) {
                    throw new IOException("not now");
                }
                throw new IllegalStateException("not now");
            }
        });
        try (UpgradeLinkClient client = client(transport)) {
            assertEquals(9, client.check(Service.url()).versionCode());
            assertEquals(9, client.check(Service.url()).versionCode());
        }
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (closed.get() < 2) {
                Thread.sleep(10);
            }
        });
        assertEquals(2, closed.get());
    }

    @Test
    void aReadThatBlocksIsToldOfTheCancelAndNotWaitedFor() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CompletableFuture<Thread> stopped = new CompletableFuture<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        HttpTransport transport = request -> {
            request.onCancel(() -> {
                stopped.complete(Thread.currentThread());
                throw new IllegalStateException("is ignored");
            });
            return answer(new FilterInputStream(ninth()) {
                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    reading.countDown();
                    try {
                        mayEnd.await();
                    } catch (InterruptedException ended) {
                        throw new IOException(ended);
                    }
                    return super.read(buffer, offset, length);
                }

                @Override
                public void close() {
                    closed.complete(null);
                }
            });
        };
        CancelSignal signal = new CancelSignal();
        try (UpgradeLinkClient client = client(transport)) {
            new Thread(() -> {
                try {
                    reading.await();
                } catch (InterruptedException ended) {
                    return;
                }
                signal.cancel();
            }).start();
            UpgradeLinkException cancelled =
                    assertThrows(UpgradeLinkException.class, () -> client.check(Service.url(), signal));
            assertEquals(Status.CANCELLED, cancelled.status());
        }
        assertNotEquals(Thread.currentThread(), stopped.get());
        assertFalse(closed.isDone());
        mayEnd.countDown();
        assertNull(closed.get());
    }

    @Test
    void whoAsksTooLateWhatToDoOnCancelIsToldAtOnce() throws Exception {
        HttpRequest request = new HttpRequest("GET", "https://example.com/", new String[0], null, 1);
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        request.cancel();
        request.onCancel(() -> stopped.complete(null));
        assertNull(stopped.get());
    }

    @Test
    void aUrlConnectionThatWaitsIsDisconnectedByACancel() throws Exception {
        Service.fault("{\"on\": \"/v1/url/upgrade\", \"delay_ms\": 60000}");
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Direct direct = new Direct();
        HttpTransport transport = request -> {
            try {
                return direct.open(request);
            } catch (IOException ended) {
                end.complete(ended);
                throw ended;
            }
        };
        try (UpgradeLinkClient client = client(transport)) {
            CancelSignal signal = new CancelSignal();
            new Thread(() -> {
                while (Service.requests().equals("[]")) {
                    Thread.onSpinWait();
                }
                signal.cancel();
            }).start();
            assertThrows(UpgradeLinkException.class, () -> client.check(Service.url(), signal));
        }
        assertEquals("java.net.SocketException", end.get().getClass().getName());
    }

    @Test
    void theLibraryMayBeCalledFromWithinATransport() throws Exception {
        Direct direct = new Direct();
        AtomicReference<UpgradeLinkClient> client = new AtomicReference<>();
        HttpTransport transport = request -> {
            if (request.url().endsWith("/v1/url/upgrade")) {
                try {
                    client.get().check(Query.builder(Kind.WIN, "win", 1).arch("arm64").build());
                } catch (UpgradeLinkException failure) {
                    throw new IOException(failure);
                }
            }
            return direct.open(request);
        };
        try (UpgradeLinkClient one = client(transport)) {
            client.set(one);
            assertEquals(2, one.check(Service.url()).versionCode());
        }
    }

    @Test
    void theThreadOfARequestHasTheApplicationsLoaderAndEndsWithIt() throws Exception {
        CompletableFuture<Thread> opener = new CompletableFuture<>();
        AtomicReference<ClassLoader> loader = new AtomicReference<>();
        HttpTransport transport = request -> {
            loader.set(Thread.currentThread().getContextClassLoader());
            opener.complete(Thread.currentThread());
            return answer(ninth());
        };
        try (UpgradeLinkClient client = client(transport)) {
            client.check(Service.url());
        }
        assertSame(UpgradeLinkClient.class.getClassLoader(), loader.get());
        opener.get().join(30_000);
        assertFalse(opener.get().isAlive());
    }

    @Test
    void aTransportIsLetGoOfWithTheLastClient() throws Exception {
        Direct transport = new Direct();
        WeakReference<Direct> left = new WeakReference<>(transport);
        UpgradeLinkClient one = client(transport);
        UpgradeLinkClient two = client(transport);
        transport = null;
        one.close();
        System.gc();
        assertEquals(2, two.check(Service.url()).versionCode());
        two.close();
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (left.get() != null) {
                System.gc();
                Thread.sleep(20);
            }
        });
    }
}
