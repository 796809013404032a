package com.toolsetlink.upgradelink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckTest {
    private UpgradeLinkClient client;

    @BeforeEach
    void open() throws Exception {
        Service.fault(null);
        client = Service.client();
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void anApkStrategyHasEveryFieldOfTheEndpoint() throws Exception {
        ApkStrategy strategy = client.checkApk(Query.apk("apk", 1).build(), null);
        assertTrue(strategy.isAvailable());
        assertEquals("apk", strategy.apkKey());
        assertEquals("com.example.app", strategy.packageName());
        assertEquals("2.0", strategy.versionName());
        assertEquals(2, strategy.versionCode());
        assertEquals(Service.ENDPOINT + "/files/app/new.bin", strategy.url());
        assertEquals(5908, strategy.fileSize());
        assertEquals("0a25b5b5f000d7f24c03258b43963819", strategy.fileMd5());
        assertEquals(UpgradeType.FORCE, strategy.upgradeType());
        assertEquals("Faster & <smaller>", strategy.prompt());
        assertEquals(PatchAlgo.HDIFFPATCH, strategy.patchAlgo());
        assertEquals(Service.ENDPOINT + "/files/app/1-2.patch", strategy.patchUrl());
        assertTrue(strategy.hasPatch());
        assertEquals(341, strategy.patchFileSize());
        assertEquals("d25aaac5340e2b05c4d5112e85bd1780", strategy.patchFileMd5());
        assertTrue(strategy.json().contains("\"packageName\""));
        assertNull(strategy.content());
        assertEquals(0, strategy.ageMillis());
    }

    @Test
    void whatIsTheNewestIsNoFailure() throws Exception {
        Strategy strategy = client.check(Query.builder(Kind.URL, "url", 2).build());
        assertFalse(strategy.isAvailable());
        assertEquals(0, strategy.versionCode());
        assertEquals(-1, strategy.fileSize());
        assertEquals("url is the newest", strategy.toString());
    }

    @Test
    void anUnknownUpgradeTypeKeepsItsNumber() throws Exception {
        Strategy strategy = client.check(Query.builder(Kind.APK, "large", 1).build());
        assertEquals(77, strategy.upgradeType().number());
        assertEquals(UpgradeType.of(77), strategy.upgradeType());
        assertFalse(strategy.upgradeType().isKnown());
        assertEquals("UpgradeType 77", strategy.upgradeType().toString());
        assertEquals(9007199254740993L, strategy.versionCode());
        assertEquals(5_000_000_001L, strategy.fileSize());
        assertEquals("二 2.0 🚀", strategy.versionName());
    }

    @Test
    void aRefusalSaysWhatTheServiceSaid() {
        Service.fault("{\"on\": \"/v1/url/upgrade\", \"status\": 404, \"content_type\": \"application/json\", \"body\": "
                + "\"{\\\"code\\\":404001,\\\"msg\\\":\\\"gone\\\",\\\"docs\\\":\\\"https://example.com/404001\\\","
                + "\\\"traceId\\\":\\\"t-1\\\"}\"}");
        UpgradeLinkException refusal = assertThrows(
                UpgradeLinkException.class, () -> client.check(Service.query(Kind.URL, "nobody")));
        assertEquals(Status.NOT_FOUND, refusal.status());
        assertEquals(Stage.SERVICE, refusal.stage());
        assertEquals(404, refusal.httpStatus());
        assertEquals(404001, refusal.serviceCode());
        assertEquals("t-1", refusal.traceId());
        assertEquals("https://example.com/404001", refusal.docs());
        assertEquals(0, refusal.osError());
        assertFalse(refusal.isRetryable());
        assertEquals("the service answered 404001: gone", refusal.getMessage());
    }

    @Test
    void aPauseThatTheServiceAsksForIsTold() {
        Service.fault("{\"on\": \"/v1/url/upgrade\", \"code\": 429001, \"headers\": {\"Retry-After\": \"7\"}}");
        UpgradeLinkException refusal =
                assertThrows(UpgradeLinkException.class, () -> client.check(Service.url()));
        assertEquals(Status.RATE_LIMITED, refusal.status());
        assertEquals(7000, refusal.retryAfterMillis());
        assertTrue(refusal.isRetryable());
    }

    @Test
    void aVersionIsDescribed() throws Exception {
        VersionDetails details = client.describe(Service.query(Kind.APK, "apk"));
        assertEquals("apk", details.appKey());
        assertEquals("com.example.app", details.packageName());
        assertEquals("1.0", details.versionName());
        assertEquals(1, details.versionCode());
        assertEquals("The first version", details.description());
    }

    @Test
    void figuresStandInTheirSeriesAndDays() throws Exception {
        Statistics statistics = client.measure("url");
        assertEquals(1, statistics.yesterday(Statistics.Series.DOWNLOADS));
        assertEquals(4, statistics.total(Statistics.Series.STRATEGIES));
        assertEquals(9007199254740993L, statistics.total(Statistics.Series.STARTS));
        assertEquals(java.util.List.of("2026-01-04", "2026-01-05"), statistics.days());
        assertEquals(32, statistics.onDay(Statistics.Series.UPGRADES, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> statistics.onDay(Statistics.Series.STARTS, 2));
    }

    @Test
    void anApkQueryIsWantedForAnApkStrategy() {
        assertThrows(IllegalArgumentException.class, () -> client.checkApk(Service.url(), null));
    }

    @Test
    void whatIsMissingIsNamed() {
        Query query = Query.builder(Kind.WIN, "win", 1).build();
        UpgradeLinkException refusal = assertThrows(UpgradeLinkException.class, () -> client.check(query));
        assertEquals(Status.INVALID_ARGUMENT, refusal.status());
        assertEquals("query: arch is required for win (x64 or arm64)", refusal.getMessage());
        assertThrows(UpgradeLinkException.class, () -> client.check(null));
        assertThrows(UpgradeLinkException.class, () -> new UpgradeLinkClient(null));
        assertThrows(UpgradeLinkException.class, () -> client.check(Query.builder(Kind.of(99), "url", 1).build()));
        assertEquals("[]", Service.requests());
    }
}
