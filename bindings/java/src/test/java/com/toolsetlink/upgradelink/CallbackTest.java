package com.toolsetlink.upgradelink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallbackTest {
    @TempDir
    Path folder;

    @BeforeEach
    void noFaults() {
        Service.fault(null);
    }

    private static FetchOptions into(Path folder) {
        return FetchOptions.builder(folder.toFile()).build();
    }

    private static Strategy bigFile(UpgradeLinkClient client) throws UpgradeLinkException {
        return client.check(Query.builder(Kind.WIN, "win", 1).arch("arm64").build());
    }

    @Test
    void progressIsToldOnTheCallingThread() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            List<Thread> threads = new CopyOnWriteArrayList<>();
            long[] last = new long[2];
            Artifact artifact = client.fetch(
                    bigFile(client),
                    into(folder),
                    (phase, done, total) -> {
                        threads.add(Thread.currentThread());
                        last[0] = done;
                        last[1] = total;
                    },
                    null);
            assertEquals(300_000, artifact.size());
            assertEquals(Origin.DOWNLOADED, artifact.origin());
            assertEquals(300_000, last[0]);
            assertEquals(300_000, last[1]);
            assertTrue(threads.stream().allMatch(thread -> thread == Thread.currentThread()));
        }
    }

    @Test
    void whatAProgressListenerThrowsComesOutOfTheCall() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            RuntimeException thrown = new RuntimeException("enough");
            assertSame(thrown, assertThrows(RuntimeException.class, () -> client.fetch(
                    bigFile(client), into(folder), (phase, done, total) -> { throw thrown; }, null)));
            Error error = new AssertionError("worse");
            assertSame(error, assertThrows(AssertionError.class, () -> client.fetch(
                    bigFile(client), into(folder), (phase, done, total) -> { throw error; }, null)));
            assertEquals(300_000, client.fetch(bigFile(client), into(folder)).size());
        }
    }

    @Test
    void whatAProgressListenerThrowsInTheBackgroundComesOutOfTheFuture() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            RuntimeException thrown = new RuntimeException("enough");
            CompletableFuture<Artifact> call = new UpgradeLinkFutures(client, Runnable::run)
                    .fetch(bigFile(client), into(folder), (phase, done, total) -> { throw thrown; });
            assertSame(thrown, assertThrows(ExecutionException.class, call::get).getCause());
        }
    }

    @Test
    void aStackOverflowInAListenerComesOutToo() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            assertThrows(StackOverflowError.class, () -> client.fetch(
                    bigFile(client), into(folder), (phase, done, total) -> overflow(0), null));
        }
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    @Test
    void theEndAndTheProgressComeOnTheExecutor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
        try (UpgradeLinkClient client = Service.client()) {
            List<String> threads = new CopyOnWriteArrayList<>();
            CompletableFuture<Artifact> call = new UpgradeLinkFutures(client, executor)
                    .fetch(bigFile(client), into(folder),
                            (phase, done, total) -> threads.add(Thread.currentThread().getName()))
                    .whenComplete((artifact, failure) -> threads.add(Thread.currentThread().getName()));
            assertEquals(300_000, call.get().size());
            assertFalse(threads.isEmpty());
            assertTrue(threads.stream().allMatch("mine"::equals), threads.toString());
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void anExecutorThatRefusesFailsTheCall() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.shutdown();
        try (UpgradeLinkClient client = Service.client()) {
            CompletableFuture<Strategy> call = new UpgradeLinkFutures(client, executor).check(Service.url());
            Throwable failure = assertThrows(ExecutionException.class, call::get).getCause();
            assertEquals("java.util.concurrent.RejectedExecutionException", failure.getClass().getName());
        }
    }

    @Test
    void aThreadOfTheLibraryHasTheApplicationsLoaderAndIsAttachedForItsScopeOnly() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            AtomicReference<ClassLoader> loader = new AtomicReference<>();
            new UpgradeLinkFutures(client, task -> {
                loader.set(Thread.currentThread().getContextClassLoader());
                thread.complete(Thread.currentThread());
                task.run();
            }).check(Service.url()).get();
            assertNotEquals(Thread.currentThread(), thread.get());
            assertSame(UpgradeLinkClient.class.getClassLoader(), loader.get());
            thread.get().join(10_000);
            assertFalse(thread.get().isAlive());
        }
    }

    @Test
    void theLogComesLineByLineAlsoFromThreadsOfTheLibrary() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        Config config = Service.config()
                .log(LogLevel.DEBUG, (level, line) -> lines.add(level + " " + line)).build();
        try (UpgradeLinkClient client = new UpgradeLinkClient(config)) {
            client.check(Service.url());
            assertTrue(lines.stream().anyMatch(line -> line.startsWith("DEBUG /v1/url/upgrade: HTTP 200")), lines::toString);
            lines.clear();
            new UpgradeLinkFutures(client, Runnable::run).check(Service.url()).get();
            assertTrue(lines.stream().anyMatch(line -> line.startsWith("DEBUG /v1/url/upgrade: HTTP 200")), lines::toString);
        }
    }

    @Test
    void whatALogThrowsGoesToTheThreadsHandlerAndTheCallGoesOn() throws Exception {
        RuntimeException thrown = new RuntimeException("full");
        Config config = Service.config().log(LogLevel.DEBUG, (level, line) -> { throw thrown; }).build();
        List<Throwable> seen = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, throwable) -> seen.add(throwable));
        try (UpgradeLinkClient client = new UpgradeLinkClient(config)) {
            assertEquals(2, client.check(Service.url()).versionCode());
            assertEquals(2, new UpgradeLinkFutures(client, Runnable::run).check(Service.url()).get().versionCode());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertFalse(seen.isEmpty());
        assertTrue(seen.stream().allMatch(one -> one == thrown));
    }

    @Test
    void theLibraryMayBeCalledFromWithinItsCallbacks() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            CompletableFuture<Long> inner = new CompletableFuture<>();
            client.fetch(bigFile(client), into(folder), (phase, done, total) -> {
                try {
                    inner.complete(client.check(Service.url()).versionCode());
                } catch (UpgradeLinkException failure) {
                    inner.completeExceptionally(failure);
                }
            }, null);
            assertEquals(2, inner.get());
        }
    }

    @Test
    void aListenerCanCancelItsCall() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            CancelSignal signal = new CancelSignal();
            UpgradeLinkException cancelled = assertThrows(UpgradeLinkException.class, () -> client.fetch(
                    bigFile(client), into(folder), (phase, done, total) -> signal.cancel(), signal));
            assertEquals(Status.CANCELLED, cancelled.status());
        }
    }

    @Test
    void aSchedulerCallsUntilItIsStopped() throws Exception {
        try (UpgradeLinkClient client = Service.client();
                Scheduler scheduler = client.schedule(Service.url(), 1000)) {
            CompletableFuture<Long> due = new CompletableFuture<>();
            scheduler.start(one -> {
                try {
                    due.complete(one.check().versionCode());
                } catch (UpgradeLinkException failure) {
                    due.completeExceptionally(failure);
                }
            });
            assertEquals(2, due.get(60, TimeUnit.SECONDS));
            scheduler.stop();
            assertTrue(scheduler.dueInMillis() >= 0);
        }
    }

    @Test
    void aSchedulerMayBeClosedWithinItsListener() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            client.schedule(Service.url(), 1000).start(scheduler -> {
                scheduler.close();
                closed.complete(null);
            });
            closed.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void theJavaVmEndsWhileCallsRun() {
        Service.fault("{\"on\": \"/v1/url/upgrade\", \"delay_ms\": 60000}");
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertEquals(0, run(Hanging.class).waitFor()));
    }

    private static Process run(Class<?> main) throws IOException {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xcheck:jni",
                "-Dupgradelink.library=" + System.getProperty("upgradelink.library"),
                "-cp", System.getProperty("java.class.path"), main.getName())
                .inheritIO().start();
    }

    /** Leaves calls behind in the background. */
    static final class Hanging {
        public static void main(String[] arguments) throws Exception {
            UpgradeLinkClient client = new UpgradeLinkClient(
                    Service.config().log(LogLevel.DEBUG, (level, line) -> { }).build());
            UpgradeLinkFutures futures = new UpgradeLinkFutures(client, Runnable::run);
            for (int i = 0; i < 8; i++) {
                futures.check(Service.url());
            }
            Thread.sleep(500);
        }
    }
}
