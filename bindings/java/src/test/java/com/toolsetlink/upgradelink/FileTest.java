package com.toolsetlink.upgradelink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTest {
    private static final File OLD = Service.DATA.resolve("old").toFile();
    private static final File PATCH = Service.DATA.resolve("h13-zstd.hdiff").toFile();

    @TempDir
    Path folder;

    @BeforeEach
    void noFaults() {
        Service.fault(null);
    }

    @Test
    void anApkIsPatchedFromItsBaseFile() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            Strategy strategy = client.check(Query.apk("apk", 1).build());
            Artifact artifact = client.fetch(strategy, FetchOptions.builder(folder.toFile()).baseFile(OLD).build());
            assertEquals(Origin.PATCHED, artifact.origin());
            assertEquals(folder.resolve("new.bin").toFile(), artifact.file());
            assertTrue(artifact.isSizeChecked());
            assertTrue(artifact.isMd5Checked());
            assertFalse(artifact.isSha256Checked());
            assertFalse(artifact.isSignatureChecked());
            assertNull(artifact.patchFailure());
            assertEquals(PATCH.length(), artifact.networkBytes());
            assertArrayEquals(Files.readAllBytes(Service.DATA.resolve("new")), Files.readAllBytes(artifact.file().toPath()));
        }
    }

    @Test
    void aWrongHashIsRefusedAndNothingStands() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            Strategy strategy = client.check(Service.query(Kind.APK, "wrong-md5"));
            UpgradeLinkException refusal = assertThrows(
                    UpgradeLinkException.class,
                    () -> client.fetch(strategy, FetchOptions.builder(folder.toFile()).build()));
            assertEquals(Status.VERIFY, refusal.status());
            assertFalse(Files.exists(folder.resolve("new.bin")));
        }
    }

    @Test
    void aFileKeepsANameOfEveryAlphabet() throws Exception {
        try (UpgradeLinkClient client = Service.client()) {
            Artifact artifact = client.fetchLink(
                    Service.ENDPOINT + "/files/app/new.bin", 5908, null,
                    FetchOptions.builder(folder.toFile()).fileName("更新 👍.apk").build(), null, null);
            assertEquals("更新 👍.apk", artifact.file().getName());
            assertEquals(5908, artifact.file().length());
            assertEquals(1, artifact.checked());
        }
    }

    @Test
    void aPatchIsInspected() throws Exception {
        PatchInfo info = Patches.inspect(PATCH);
        assertEquals("HDIFF13", info.container());
        assertEquals("zstd", info.compressor());
        assertEquals(OLD.length(), info.oldSize());
        assertEquals(5908, info.newSize());
    }

    @Test
    void aPatchIsAppliedAtOnceAndInTheBackground() throws Exception {
        File output = folder.resolve("new").toFile();
        Patches.apply(OLD, PATCH, output);
        assertEquals(5908, output.length());
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        PatchOptions options = PatchOptions.builder().expectedMd5("00000000000000000000000000000000").build();
        Patches.applyAsync(OLD, PATCH, folder.resolve("other").toFile(), options, null, Runnable::run,
                new Callback<Void>() {
                    @Override
                    public void onSuccess(Void nothing) {
                        end.complete(null);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        end.complete(failure);
                    }
                });
        assertEquals(Status.VERIFY, ((UpgradeLinkException) end.get(30, TimeUnit.SECONDS)).status());
        assertFalse(Files.exists(folder.resolve("other")));
    }

    @Test
    void aPatchOfNoKnownFormIsRefused() {
        UpgradeLinkException refusal = assertThrows(
                UpgradeLinkException.class, () -> Patches.inspect(Service.DATA.resolve("magic-hdiff99.hdiff").toFile()));
        assertEquals(Status.PATCH, refusal.status());
    }
}
