import com.toolsetlink.upgradelink.Artifact;
import com.toolsetlink.upgradelink.CancelSignal;
import com.toolsetlink.upgradelink.Config;
import com.toolsetlink.upgradelink.FetchOptions;
import com.toolsetlink.upgradelink.Phase;
import com.toolsetlink.upgradelink.ProgressListener;
import com.toolsetlink.upgradelink.Query;
import com.toolsetlink.upgradelink.Status;
import com.toolsetlink.upgradelink.Strategy;
import com.toolsetlink.upgradelink.UpgradeLinkClient;
import com.toolsetlink.upgradelink.UpgradeLinkException;
import java.io.File;

/**
 * Asks for an upgrade, begins to fetch it, stops, and goes on where it stopped: Update FOLDER.
 *
 * <p>It runs against a local service: see docs/java.md.
 */
public final class Update {
    private Update() {}

    public static void main(String[] arguments) throws Exception {
        File folder = new File(arguments[0]);
        Config config = Config.builder("exampleAccessKey", "exampleSecretKey")
                .endpoint(System.getenv("UPGRADELINK_ENDPOINT"))
                .allowHttp(true) // the local service has no certificate
                .build();
        try (UpgradeLinkClient client = new UpgradeLinkClient(config)) {
            Strategy strategy = client.check(Query.apk("exampleApk", 1).build());
            if (!strategy.isAvailable()) {
                System.out.println("nothing to do");
                return;
            }
            System.out.println(strategy.versionName() + ", " + strategy.upgradeType() + ": " + strategy.prompt());
            fetchAndStop(client, strategy, folder);
            Artifact artifact = client.fetch(strategy, FetchOptions.builder(folder).build(), new Printed(), null);
            System.out.println(artifact.file().getName() + ": " + artifact.size() + " bytes, " + artifact.origin()
                    + (artifact.isMd5Checked() ? ", MD5 is right" : ", no MD5 was promised"));
        } catch (UpgradeLinkException failure) {
            System.err.println(failure.status() + ": " + failure.getMessage());
            System.exit(1);
        }
    }

    /** What a button "Cancel" would do. */
    private static void fetchAndStop(UpgradeLinkClient client, Strategy strategy, File folder)
            throws UpgradeLinkException {
        FetchOptions slowly = FetchOptions.builder(folder).maxBytesPerSecond(100_000).build();
        CancelSignal signal = new CancelSignal();
        ProgressListener untilHalf = (phase, done, total) -> {
            if (done >= total / 2) {
                signal.cancel(); // from any thread
            }
        };
        try {
            client.fetch(strategy, slowly, untilHalf, signal);
        } catch (UpgradeLinkException failure) {
            if (!failure.status().equals(Status.CANCELLED)) {
                throw failure;
            }
            System.out.println("stopped half way");
        }
    }

    private static final class Printed implements ProgressListener {
        private long last = -1;

        @Override
        public void onProgress(Phase phase, long done, long total) {
            if (phase.equals(Phase.DOWNLOAD) && total > 0 && 100 * done / total != last) {
                last = 100 * done / total;
                System.out.println(last + " %");
            }
        }
    }
}
