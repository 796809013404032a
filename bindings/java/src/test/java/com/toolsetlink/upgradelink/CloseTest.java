package com.toolsetlink.upgradelink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CloseTest {
    @BeforeEach
    void noFaults() {
        Service.fault(null);
    }

    private static Set<?> live() throws Exception {
        Field live = NativeHandle.class.getDeclaredField("LIVE");
        live.setAccessible(true);
        return (Set<?>) live.get(null);
    }

    private static void awaitRequest() throws InterruptedException {
        while (Service.requests().equals("[]")) {
            Thread.sleep(10);
        }
    }

    @Test
    void everyCallAfterCloseIsRefused() throws Exception {
        UpgradeLinkClient client = Service.client();
        Strategy strategy = client.check(Service.url());
        client.close();
        client.close();
        assertEquals(
                "the client is closed",
                assertThrows(IllegalStateException.class, () -> client.check(Service.url())).getMessage());
        assertThrows(IllegalStateException.class, () -> client.isWanted(strategy));
        assertThrows(IllegalStateException.class, () -> client.schedule(Service.url(), 1000));
        assertThrows(
                IllegalStateException.class, () -> new UpgradeLinkFutures(client, Runnable::run).check(Service.url()));
    }

    @Test
    void aSchedulerAfterCloseIsRefused() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            Scheduler scheduler = client.schedule(Service.url(), 1000);
            scheduler.close();
            scheduler.close();
            assertThrows(IllegalStateException.class, scheduler::check);
        }
    }

    @Test
    void closeDuringACallLetsItEnd() throws Exception {
        Service.fault("{\"on\": \"/v1/url/upgrade\", \"delay_ms\": 600}");
        UpgradeLinkClient client = Service.client();
        CompletableFuture<Strategy> call = CompletableFuture.supplyAsync(() -> {
            try {
                return client.check(Service.url());
            } catch (UpgradeLinkException failure) {
                throw new AssertionError(failure);
            }
        });
        awaitRequest();
        client.close();
        assertEquals(2, call.get().versionCode());
        assertThrows(IllegalStateException.class, () -> client.check(Service.url()));
    }

    @Test
    void closeDuringACallInTheBackgroundLetsItEnd() throws Exception {
        Service.fault("{\"on\": \"/v1/url/upgrade\", \"delay_ms\": 600}");
        UpgradeLinkClient client = Service.client();
        CompletableFuture<Strategy> call = new UpgradeLinkFutures(client, Runnable::run).check(Service.url());
        client.close();
        assertEquals(2, call.get().versionCode());
    }

    @Test
    void closeFromManyThreadsFreesOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            UpgradeLinkClient client = Service.client();
            Thread[] threads = new Thread[4];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(() -> {
                    try {
                        client.countEvents();
                    } catch (IllegalStateException | UpgradeLinkException closed) {
                        // either is right
                    }
                    client.close();
                });
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    @Test
    void aForgottenClientIsFreed() throws Exception {
        int before = live().size();
        for (int i = 0; i < 100; i++) {
            assertNotNull(Service.client());
        }
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (live().size() > before + 10) {
                System.gc();
                Thread.sleep(20);
                Service.client().close();
            }
        });
    }

    @Test
    void aSignalEndsACallThatRuns() throws Exception {
        Service.fault("{\"on\": \"/v1/url/upgrade\", \"delay_ms\": 60000}");
        try (UpgradeLinkClient client = Service.client()) {
            CancelSignal signal = new CancelSignal();
            Thread canceller = new Thread(() -> {
                try {
                    awaitRequest();
                } catch (InterruptedException ended) {
                    return;
                }
                signal.cancel();
            });
            canceller.start();
            UpgradeLinkException cancelled =
                    assertThrows(UpgradeLinkException.class, () -> client.check(Service.url(), signal));
            assertEquals(Status.CANCELLED, cancelled.status());
            assertTrue(signal.isCancelled());
        }
    }

    @Test
    void aSignalThatWasPulledEndsTheCallBeforeAnythingIsSent() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            CancelSignal signal = new CancelSignal();
            signal.cancel();
            UpgradeLinkException cancelled =
                    assertThrows(UpgradeLinkException.class, () -> client.check(Service.url(), signal));
            assertEquals(Status.CANCELLED, cancelled.status());
            assertEquals("[]", Service.requests());
        }
    }

    @Test
    void aCancelledFutureCancelsItsCall() throws Exception {
        Service.fault("{\"on\": \"/v1/url/upgrade\", \"delay_ms\": 60000}");
        try (UpgradeLinkClient client = Service.client()) {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            Call<Strategy> call = client.checkAsync(Service.url(), Runnable::run, new Callback<Strategy>() {
                @Override
                public void onSuccess(Strategy strategy) {
                    end.complete(null);
                }

                @Override
                public void onFailure(Throwable failure) {
                    end.complete(failure);
                }
            });
            awaitRequest();
            call.cancel();
            assertEquals(Status.CANCELLED, ((UpgradeLinkException) end.get()).status());
            assertTrue(call.isDone());
        }
    }

    @Test
    void aFailureInTheBackgroundComesOutOfTheFuture() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            CompletableFuture<Strategy> call =
                    new UpgradeLinkFutures(client, Runnable::run).check(Service.query(Kind.URL, "nobody"));
            ExecutionException failure = assertThrows(ExecutionException.class, call::get);
            assertEquals(Status.NOT_FOUND, ((UpgradeLinkException) failure.getCause()).status());
        }
    }

    @Test
    void aCallThatCannotStartFailsItsFuture() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            CompletableFuture<Strategy> call =
                    new UpgradeLinkFutures(client, Runnable::run).check(Query.builder(Kind.of(99), "a", 1).build());
            ExecutionException failure = assertThrows(ExecutionException.class, call::get);
            assertEquals(Status.INVALID_ARGUMENT, ((UpgradeLinkException) failure.getCause()).status());
        }
    }
}
