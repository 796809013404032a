import com.toolsetlink.upgradelink.Config;
import com.toolsetlink.upgradelink.Event;
import com.toolsetlink.upgradelink.EventType;
import com.toolsetlink.upgradelink.FetchOptions;
import com.toolsetlink.upgradelink.Kind;
import com.toolsetlink.upgradelink.LogLevel;
import com.toolsetlink.upgradelink.LogListener;
import com.toolsetlink.upgradelink.PatchAlgo;
import com.toolsetlink.upgradelink.PatchOptions;
import com.toolsetlink.upgradelink.Query;
import com.toolsetlink.upgradelink.SignaturePolicy;
import java.io.File;
import java.util.List;
import java.util.Set;

/** Makes configurations, queries and options of the lines of a case. */
final class Made {
    private Made() {}

    /** A line: a field and its value. */
    record Field(String name, String value) {}

    static Config config(List<Field> fields, String endpoint, LogListener log) throws Wrong {
        Config.Builder config = Config.builder(
                        Names.text(last(fields, "access_key", "access")), Names.text(last(fields, "secret_key", "secret")))
                .endpoint(endpoint).allowHttp(true).proxy("");
        for (Field field : rest(fields, "access_key", "secret_key")) {
            String value = field.value;
            switch (field.name) {
                case "endpoint" -> config.endpoint(Names.text(value));
                case "allow_http" -> config.allowHttp(Names.truth(value));
                case "proxy" -> config.proxy(Names.text(value));
                case "connect_timeout_ms" -> config.connectTimeoutMillis(Names.millis(value));
                case "response_timeout_ms" -> config.responseTimeoutMillis(Names.millis(value));
                case "total_timeout_ms" -> config.totalTimeoutMillis(Names.millis(value));
                case "max_attempts" -> config.maxAttempts(Integer.parseInt(value));
                case "ca_pem" -> config.caPem(Names.text(value));
                case "platform_roots" -> config.platformRoots(Names.truth(value));
                case "user_agent" -> config.userAgent(Names.text(value));
                case "device_key" -> config.deviceKey(Names.text(value));
                case "device_model_key" -> config.deviceModelKey(Names.text(value));
                case "state_folder" -> config.stateFolder(file(value));
                case "public_key" -> config.addPublicKey(Names.text(value));
                case "signature_policy" -> config.signaturePolicy(SignaturePolicy.of(Names.policy(value)));
                case "log" -> config.log(LogLevel.of(Names.level(value)), log);
                default -> throw new Wrong("unknown field: " + field.name);
            }
        }
        return config.build();
    }

    static Query query(List<Field> fields) throws Wrong {
        Query.Builder query = Query.builder(
                Kind.of(Names.kind(last(fields, "kind", "url"))),
                Names.text(last(fields, "app_key", "")),
                Long.parseLong(last(fields, "version_code", "1")));
        for (Field field : rest(fields, "kind", "app_key", "version_code")) {
            String value = field.value;
            switch (field.name) {
                case "arch" -> query.arch(Names.text(value));
                case "appoint_version_code" -> query.appointVersionCode(Long.parseLong(value));
                case "device_key" -> query.deviceKey(Names.text(value));
                case "device_model_key" -> query.deviceModelKey(Names.text(value));
                case "patch_algo" -> query.patchAlgo(PatchAlgo.of(Names.patchAlgo(value)));
                default -> throw new Wrong("unknown field: " + field.name);
            }
        }
        return query.build();
    }

    static FetchOptions options(List<Field> fields, String work) throws Wrong {
        FetchOptions.Builder options = FetchOptions.builder(new File(last(fields, "folder", work)));
        for (Field field : rest(fields, "folder")) {
            String value = field.value;
            switch (field.name) {
                case "base_file" -> options.baseFile(file(value));
                case "file_name" -> options.fileName(Names.text(value));
                case "sha256" -> options.sha256(Names.text(value));
                case "require_hash" -> options.requireHash(Names.truth(value));
                case "max_size" -> options.maxSize(Names.bytes(value));
                case "allow_downgrade" -> options.allowDowngrade(Names.truth(value));
                case "stall_timeout_ms" -> options.stallTimeoutMillis(Names.millis(value));
                case "lock_wait_ms" -> options.lockWaitMillis(Names.millis(value));
                case "keep_partial" -> options.keepPartial(Names.truth(value));
                case "max_bytes_per_second" -> options.maxBytesPerSecond(Long.parseLong(value));
                case "report" -> options.report(Names.truth(value));
                default -> throw new Wrong("unknown field: " + field.name);
            }
        }
        return options.build();
    }

    static PatchOptions patchOptions(List<Field> fields) throws Wrong {
        PatchOptions.Builder options = PatchOptions.builder();
        for (Field field : rest(fields, "base", "patch", "output")) {
            String value = field.value;
            switch (field.name) {
                case "expected_size" -> options.expectedSize(Names.bytes(value));
                case "expected_md5" -> options.expectedMd5(Names.text(value));
                case "max_window" -> options.maxWindow(Names.bytes(value));
                default -> throw new Wrong("unknown field: " + field.name);
            }
        }
        return options.build();
    }

    static Event event(List<Field> fields) throws Wrong {
        Event.Builder event = Event.builder(
                EventType.of(Names.event(last(fields, "type", "start"))),
                Names.text(last(fields, "app_key", "")),
                Long.parseLong(last(fields, "version_code", "1")));
        for (Field field : rest(fields, "type", "app_key", "version_code")) {
            String value = field.value;
            switch (field.name) {
                case "time" -> event.timeMillis(Long.parseLong(value));
                case "launch_time" -> event.launchTimeMillis(Long.parseLong(value));
                case "download_version_code" -> event.downloadVersionCode(Long.parseLong(value));
                case "upgrade_version_code" -> event.upgradeVersionCode(Long.parseLong(value));
                case "code" -> event.code(Long.parseLong(value));
                case "device_key" -> event.deviceKey(Names.text(value));
                case "device_model_key" -> event.deviceModelKey(Names.text(value));
                case "target" -> event.target(Names.text(value));
                case "arch" -> event.arch(Names.text(value));
                default -> throw new Wrong("unknown field: " + field.name);
            }
        }
        return event.build();
    }

    static File file(String value) {
        return value.equals("(null)") ? null : new File(value);
    }

    static String last(List<Field> fields, String name, String otherwise) {
        return fields.stream().filter(field -> field.name.equals(name)).map(Field::value)
                .reduce(otherwise, (one, next) -> next);
    }

    private static List<Field> rest(List<Field> fields, String... made) {
        return fields.stream().filter(field -> !Set.of(made).contains(field.name)).toList();
    }
}
