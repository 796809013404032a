package com.toolsetlink.upgradelink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Java's texts are UTF-16, those of JNI a UTF-8 of its own, those of the service UTF-8. */
class TextTest {
    private static String deviceKeyAsSent(String key) throws Exception {
        Service.fault(null);
        try (UpgradeLinkClient client = Service.client()) {
            client.check(Query.builder(Kind.URL, "url", 1).deviceKey(key).build());
        }
        return Service.requests();
    }

    private static String promptAsRead(String json) throws Exception {
        Service.fault("{\"on\": \"/v1/url/upgrade\", \"content_type\": \"application/json\", \"body\": "
                + "\"{\\\"code\\\":200,\\\"msg\\\":\\\"m\\\",\\\"data\\\":{\\\"versionCode\\\":2,"
                + "\\\"promptUpgradeContent\\\":\\\"" + json.replace("\\", "\\\\") + "\\\"}}\"}");
        try (UpgradeLinkClient client = Service.client()) {
            return client.check(Service.url()).prompt();
        }
    }

    @Test
    void anEmojiGoesOutAsUtf8() throws Exception {
        assertTrue(deviceKeyAsSent("相机-👩‍💻").contains("相机-👩‍💻"));
    }

    @Test
    void anEmojiComesInWhole() throws Exception {
        assertEquals("早 👩‍💻 \ud83d\ude80", promptAsRead("早 👩‍💻 \\ud83d\\ude80"));
    }

    @Test
    void aNulGoesOutEscaped() throws Exception {
        assertTrue(deviceKeyAsSent("a\0b").contains("a\\\\u0000b"));
    }

    @Test
    void aNulComesInAsAReplacementCharacter() throws Exception {
        assertEquals("a\ufffdb", promptAsRead("a\\u0000b"));
    }

    @Test
    void halfACharacterIsRefused() throws Exception {
        for (String half : new String[] {"a\ud83d", "\ude00b", "\ude00\ud83d"}) {
            UpgradeLinkException refusal =
                    assertThrows(UpgradeLinkException.class, () -> deviceKeyAsSent(half));
            assertEquals(Status.INVALID_ARGUMENT, refusal.status());
            assertEquals("deviceKey: the text holds a surrogate without its other half", refusal.getMessage());
        }
    }

    @Test
    void aReplacementCharacterIsNoHalf() throws Exception {
        assertTrue(deviceKeyAsSent("\ufffd").contains("\ufffd"));
    }

    @Test
    void everyCharacterOfTheBasicPlaneComesBack() throws Exception {
        StringBuilder path = new StringBuilder();
        for (int c = 1; c < 0xffff; c += 257) {
            if (!Character.isSurrogate((char) c)) {
                path.append((char) c);
            }
        }
        UpgradeLinkException refusal = assertThrows(
                UpgradeLinkException.class, () -> Patches.inspect(new java.io.File("missing/" + path)));
        assertEquals(Status.IO, refusal.status());
        assertTrue(refusal.getMessage().contains(path.substring(1)), refusal.getMessage());
    }
}
