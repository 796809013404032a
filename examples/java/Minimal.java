import com.toolsetlink.upgradelink.*;

/** Asks whether version 1 of an application is still the newest; the argument is the server's address. */
public final class Minimal {
    public static void main(String[] arguments) throws UpgradeLinkException {
        Config.Builder config =
                Config.builder("mui2W50H1j-OC4xD6PgQag", "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc");
        if (arguments.length > 0) {
            config.endpoint(arguments[0]).allowHttp(true); // for a local server only
        }
        try (UpgradeLinkClient client = new UpgradeLinkClient(config.build())) {
            Strategy strategy = client.check(Query.builder(Kind.URL, "SkEgKQ4SyLmzazl31fJnAw", 1).build());
            System.out.println(strategy.isAvailable()
                    ? strategy.versionName() + " is out: " + strategy.url()
                    : "already the newest");
        }
    }
}
