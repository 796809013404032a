package com.toolsetlink.upgradelink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Runs alone, in a VM whose heap cannot grow: what grows is ours. */
class MemoryTest {
    private static final long PAGE = 4096;

    private static long resident() throws Exception {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * PAGE;
    }

    private static void calls(UpgradeLinkClient client, Strategy strategy, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            switch (i % 10) {
                case 0:
                    assertEquals("0.1.0", UpgradeLink.version());
                    break;
                case 1:
                    assertTrue(client.isWanted(strategy));
                    break;
                case 2:
                    assertThrows(UpgradeLinkException.class, () -> Patches.inspect(new File("/missing")));
                    break;
                default:
                    assertTrue(UpgradeLink.has("jni"));
            }
        }
    }

    @Test
    void aMillionCallsTakeNoMemory() throws Exception {
        Service.fault(null);
        try (UpgradeLinkClient client = Service.client()) {
            Strategy strategy = client.check(Service.url());
            calls(client, strategy, 200_000);
            long before = resident();
            calls(client, strategy, 1_000_000);
            long growth = resident() - before;
            System.out.println("1,000,000 calls: memory grew by " + growth / 1024 + " KiB");
            assertTrue(growth < 8 << 20, growth + " bytes more after 1,000,000 calls");
        }
    }
}
