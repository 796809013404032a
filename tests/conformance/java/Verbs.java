import com.toolsetlink.upgradelink.Artifact;
import com.toolsetlink.upgradelink.Call;
import com.toolsetlink.upgradelink.Callback;
import com.toolsetlink.upgradelink.CancelSignal;
import com.toolsetlink.upgradelink.Event;
import com.toolsetlink.upgradelink.FetchOptions;
import com.toolsetlink.upgradelink.PatchInfo;
import com.toolsetlink.upgradelink.PatchOptions;
import com.toolsetlink.upgradelink.Patches;
import com.toolsetlink.upgradelink.Phase;
import com.toolsetlink.upgradelink.ProgressListener;
import com.toolsetlink.upgradelink.Query;
import com.toolsetlink.upgradelink.Scheduler;
import com.toolsetlink.upgradelink.Statistics;
import com.toolsetlink.upgradelink.Strategy;
import com.toolsetlink.upgradelink.UpgradeLink;
import com.toolsetlink.upgradelink.UpgradeLinkClient;
import com.toolsetlink.upgradelink.UpgradeLinkException;
import com.toolsetlink.upgradelink.VersionDetails;
import java.io.File;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What each verb calls. */
final class Verbs implements ProgressListener {
    private static final Executor HERE = Runnable::run;

    private final Case one;
    private final String how;
    private final CancelSignal signal = new CancelSignal();

    Verbs(Case one, String how) {
        this.one = one;
        this.how = how;
    }

    void call(String verb) throws Exception {
        one.came.clear();
        one.came.put("status", "OK");
        try {
            run(verb);
        } catch (UpgradeLinkException failure) {
            one.came.put("status", failure.status().toString());
            came("error.stage", Names.of(failure.stage()));
            came("error.http_status", failure.httpStatus());
            came("error.service_code", failure.serviceCode());
            came("error.trace_id", failure.traceId());
            came("error.docs", failure.docs());
            came("error.os_error", failure.osError());
            came("error.retryable", failure.isRetryable());
            came("error.retry_after_ms", failure.retryAfterMillis());
            came("error.message", failure.getMessage());
        }
    }

    private void came(String field, Object value) {
        one.came.put(field, Names.of(value));
    }

    private void run(String verb) throws Exception {
        switch (verb) {
            case "has" -> came("has", UpgradeLink.has(one.argument("feature")));
            case "version" -> {
                came("version", UpgradeLink.version());
                came("version_number", UpgradeLink.versionNumber());
            }
            case "patch_apply" -> applyPatch();
            case "patch_inspect" -> inspectPatch();
            default -> {
                try (UpgradeLinkClient client = new UpgradeLinkClient(Made.config(
                        one.fields("config"), one.endpoint, (level, line) -> one.log.append(line).append('\n')))) {
                    run(verb, client);
                }
            }
        }
    }

    private void run(String verb, UpgradeLinkClient client) throws Exception {
        Query query = Made.query(one.fields("query"));
        switch (verb) {
            case "client" -> { }
            case "check" -> read(either(
                    () -> client.check(query, signal), end -> client.checkAsync(query, HERE, end)));
            case "describe" -> read(either(
                    () -> client.describe(query, signal), end -> client.describeAsync(query, HERE, end)));
            case "measure" -> read(either(
                    () -> client.measure(query.appKey(), signal),
                    end -> client.measureAsync(query.appKey(), HERE, end)));
            case "fetch" -> {
                Strategy strategy = checked(client, query);
                FetchOptions options = Made.options(one.fields("option"), one.work.toString());
                tellNothing();
                read(this.<Artifact>either(
                        () -> client.fetch(strategy, options, this, signal),
                        end -> client.fetchAsync(strategy, options, this, HERE, end)));
            }
            case "fetch_link" -> fetchLink(client);
            case "report" -> {
                Event event = Made.event(one.fields("event"));
                this.<Void>either(() -> {
                    client.report(event, signal);
                    return null;
                }, end -> client.reportAsync(event, HERE, end));
            }
            case "flush" -> client.flush(Integer.parseInt(one.argument("timeout_ms")), null);
            case "report_started" -> client.reportStarted(query.appKey(), query.versionCode(), null);
            case "remember_upgrade" -> client.rememberUpgrade(checked(client, query));
            case "last_strategy" -> read(client.lastStrategy(query));
            case "skip" -> client.skip(checked(client, query));
            case "snooze" -> client.snooze(checked(client, query), Long.parseLong(one.argument("until_unix_ms")));
            case "is_wanted" -> came("wanted", client.isWanted(checked(client, query)));
            case "schedule" -> {
                try (Scheduler scheduler = client.schedule(query, Long.parseLong(one.argument("interval_ms")))) {
                    read(scheduler.check());
                }
            }
            default -> throw new Wrong("unknown verb: " + verb);
        }
    }

    private Strategy checked(UpgradeLinkClient client, Query query) throws UpgradeLinkException {
        Strategy strategy = client.check(query);
        read(strategy);
        return strategy;
    }

    private void fetchLink(UpgradeLinkClient client) throws Exception {
        String url = Names.text(Made.last(one.fields("link"), "url", ""));
        long size = Names.bytes(Made.last(one.fields("link"), "size", "(null)"));
        String md5 = Names.text(Made.last(one.fields("link"), "md5", "(null)"));
        FetchOptions options = Made.options(one.fields("option"), one.work.toString());
        tellNothing();
        read(this.<Artifact>either(
                () -> client.fetchLink(url, size, md5, options, this, signal),
                end -> client.fetchLinkAsync(url, size, md5, options, this, HERE, end)));
    }

    private void applyPatch() throws Exception {
        File base = new File(Made.last(one.fields("patch"), "base", ""));
        File patch = new File(Made.last(one.fields("patch"), "patch", ""));
        File output = new File(Made.last(one.fields("patch"), "output", ""));
        PatchOptions options = Made.patchOptions(one.fields("patch"));
        tellNothing();
        this.<Void>either(() -> {
            Patches.apply(base, patch, output, options, this, signal);
            return null;
        }, end -> Patches.applyAsync(base, patch, output, options, this, HERE, end));
    }

    private void inspectPatch() throws Exception {
        PatchInfo info = Patches.inspect(new File(Made.last(one.fields("patch"), "patch", "")));
        came("patch.container", info.container());
        came("patch.compressor", info.compressor());
        came("patch.old_size", Names.size(info.oldSize()));
        came("patch.new_size", info.newSize());
    }

    // Both forms of a call

    private interface Blocking<T> {
        T call() throws UpgradeLinkException;
    }

    private interface Background<T> {
        Call<T> start(Callback<T> end) throws UpgradeLinkException;
    }

    private <T> T either(Blocking<T> blocking, Background<T> background) throws Exception {
        if (how.equals("call") || how.equals("stop")) {
            return blocking.call();
        }
        CompletableFuture<T> value = new CompletableFuture<>();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Call<T> call = background.start(new Callback<T>() {
            @Override
            public void onSuccess(T result) {
                value.complete(result);
                failure.complete(null);
            }

            @Override
            public void onFailure(Throwable thrown) {
                failure.complete(thrown);
            }
        });
        if (how.equals("cancel")) {
            call.cancel();
        }
        Throwable thrown = failure.get();
        if (thrown instanceof UpgradeLinkException refusal) {
            throw refusal;
        }
        return value.get();
    }

    // Progress

    private void tellNothing() {
        came("progress.seen", false);
        came("progress.done", 0);
        came("progress.total", null);
    }

    @Override
    public void onProgress(Phase phase, long done, long total) {
        came("progress.seen", true);
        came("progress.done", Math.max(done, Long.parseLong(one.came.get("progress.done"))));
        if (total >= 0) {
            came("progress.total", Math.max(total, Math.max(0, Names.bytes(one.came.get("progress.total")))));
        }
        if (how.equals("stop") && done > 0) {
            signal.cancel();
        }
    }

    // Results

    private void read(Strategy strategy) {
        came("strategy.available", strategy.isAvailable());
        came("strategy.kind", Names.of(strategy.query().kind()));
        came("strategy.app_key", strategy.query().appKey());
        came("strategy.package_name", strategy.packageName());
        came("strategy.version_name", strategy.versionName());
        came("strategy.version_code", strategy.versionCode());
        came("strategy.url", strategy.url());
        came("strategy.file_size", Names.size(strategy.fileSize()));
        came("strategy.file_md5", strategy.fileMd5());
        came("strategy.upgrade_type", Names.of(strategy.upgradeType()));
        came("strategy.prompt", strategy.prompt());
        came("strategy.patch_algo", Names.of(strategy.patchAlgo()));
        came("strategy.patch_url", strategy.patchUrl());
        came("strategy.patch_file_size", Names.size(strategy.patchFileSize()));
        came("strategy.patch_file_md5", strategy.patchFileMd5());
        came("strategy.content", strategy.content());
        came("strategy.message", strategy.message());
        came("strategy.json", strategy.json());
    }

    private void read(VersionDetails details) {
        came("details.app_key", details.appKey());
        came("details.package_name", details.packageName());
        came("details.version_name", details.versionName());
        came("details.version_code", details.versionCode());
        came("details.description", details.description());
        came("details.json", details.json());
    }

    private void read(Statistics statistics) {
        String[] names = {"download", "strategy", "upgrade", "start"};
        String[] plurals = {"downloads", "strategies", "upgrades", "starts"};
        for (Statistics.Series series : Statistics.Series.values()) {
            String name = names[series.ordinal()];
            came("statistics.yesterday_" + name + "_count", statistics.yesterday(series));
            came("statistics.total_" + name + "_count", statistics.total(series));
            for (int day = 0; day < statistics.days().size(); day++) {
                came("statistics.day_name." + day, statistics.days().get(day));
                came("statistics." + plurals[series.ordinal()] + "." + day, statistics.onDay(series, day));
            }
        }
        came("statistics.day_count", statistics.days().size());
        came("statistics.json", statistics.json());
    }

    private void read(Artifact artifact) {
        came("artifact.path", artifact.file().getPath());
        came("artifact.size", artifact.size());
        came("artifact.md5", artifact.md5());
        came("artifact.sha256", artifact.sha256());
        came("artifact.origin", Names.of(artifact.origin()));
        came("artifact.checked", artifact.checked());
        came("artifact.network_bytes", artifact.networkBytes());
        came("artifact.patch_failure", artifact.patchFailure());
    }
}
