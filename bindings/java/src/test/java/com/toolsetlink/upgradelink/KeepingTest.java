package com.toolsetlink.upgradelink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class KeepingTest {
    /** Not deleted: a sender that has begun ends after its client, and still writes there. */
    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    @BeforeEach
    void noFaults() {
        Service.fault(null);
    }

    private UpgradeLinkClient client() throws UpgradeLinkException {
        return new UpgradeLinkClient(Service.config().stateFolder(folder.toFile()).build());
    }

    @Test
    void theLastAnswerIsRememberedByTheNextClient() throws Exception {
        try (UpgradeLinkClient client = client()) {
            client.check(Service.url());
        }
        Service.fault(null);
        try (UpgradeLinkClient client = client()) {
            Strategy strategy = client.lastStrategy(Service.url());
            assertEquals(2, strategy.versionCode());
            assertTrue(strategy.ageMillis() >= 0);
            assertEquals("[]", Service.requests());
        }
    }

    @Test
    void aSkippedVersionIsNotWanted() throws Exception {
        try (UpgradeLinkClient client = client()) {
            Strategy strategy = client.check(Service.url());
            assertTrue(client.isWanted(strategy));
            client.skip(strategy);
            assertFalse(client.isWanted(strategy));
        }
    }

    @Test
    void aSnoozedUpgradeIsNotWantedUntilItsTime() throws Exception {
        try (UpgradeLinkClient client = client()) {
            Strategy strategy = client.check(Service.url());
            client.snooze(strategy, System.currentTimeMillis() + 3_600_000);
            assertFalse(client.isWanted(strategy));
            client.snooze(strategy, 0);
            assertTrue(client.isWanted(strategy));
        }
    }

    @Test
    void withoutAStateFolderNothingIsRemembered() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            UpgradeLinkException refusal =
                    assertThrows(UpgradeLinkException.class, () -> client.lastStrategy(Service.url()));
            assertEquals(Status.CONFIG, refusal.status());
            assertEquals(0, client.countEvents().waiting());
        }
    }

    @Test
    void anEventIsSentAtOnceWithoutAStateFolder() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            client.report(Event.builder(EventType.UPGRADE, "url", 1)
                    .upgradeVersionCode(2).code(1).target("android").arch("arm64").timeMillis(1_750_000_000_000L)
                    .build());
        }
        String sent = Service.requests();
        assertTrue(sent.contains("app_upgrade_upgrade"), sent);
        assertTrue(sent.contains("2025-06-15T15:06:40Z"), sent);
        assertTrue(sent.contains("\\\"upgradeVersionCode\\\":2"), sent);
    }

    @Test
    void anEventThatCannotBeSentWaitsForTheNextClient() throws Exception {
        Config unreachable =
                Service.config().endpoint("http://127.0.0.1:1").stateFolder(folder.toFile()).build();
        try (UpgradeLinkClient client = new UpgradeLinkClient(unreachable)) {
            client.report(Event.builder(EventType.START, "url", 1).build());
        }
        try (UpgradeLinkClient client = new UpgradeLinkClient(unreachable)) {
            assertEquals(1, client.countEvents().waiting());
        }
    }

    @Test
    void afterAFlushNothingWaits() throws Exception {
        try (UpgradeLinkClient client = client()) {
            client.report(Event.builder(EventType.START, "url", 1).build());
            client.flush(20_000, null);
            assertEquals(0, client.countEvents().waiting());
        }
        assertTrue(Service.requests().contains("app_start"));
    }

    @Test
    void anEventThatTheServiceRefusesForGoodIsCountedAsDropped() throws Exception {
        Service.fault("{\"on\": \"/v1/app/report\", \"code\": 400003}");
        try (UpgradeLinkClient client = client()) {
            client.report(Event.builder(EventType.START, "url", 1).build());
            client.flush(20_000, null);
            EventCounts counts = client.countEvents();
            assertEquals(0, counts.waiting());
            assertEquals(1, counts.dropped());
        }
    }

    @Test
    void theNewVersionReportsTheUpgradeThatLedToIt() throws Exception {
        try (UpgradeLinkClient client = client()) {
            client.rememberUpgrade(client.check(Service.url()));
        }
        Service.fault(null);
        try (UpgradeLinkClient client = client()) {
            client.reportStarted("url", 2, null);
            client.flush(20_000, null);
        }
        String sent = Service.requests();
        assertTrue(sent.contains("app_upgrade_upgrade") && sent.contains("app_start"), sent);
    }

    @Test
    void theVersionAndTheFeaturesAreTold() {
        assertEquals("0.1.0", UpgradeLink.version());
        assertEquals(1000, UpgradeLink.versionNumber());
        assertTrue(UpgradeLink.has("jni"));
        assertFalse(UpgradeLink.has("teleport"));
    }
}
