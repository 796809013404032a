import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One case: obeys its lines, and keeps what came. */
final class Case {
    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");
    private static final Map<String, String> ESCAPES = Map.of("n", "\n", "r", "\r", "t", "\t", "\\", "\\");

    private static final List<String> ARGUMENTS = List.of("timeout_ms", "until_unix_ms", "interval_ms", "feature");

    final String endpoint;
    final Path data;
    final Path work;
    final Map<String, List<Made.Field>> lines = new HashMap<>();
    /** What the last call gave. */
    final Map<String, String> came = new HashMap<>();
    final StringBuffer log = new StringBuffer();

    Case(String endpoint, Path data, Path work) throws IOException {
        this.endpoint = endpoint;
        this.data = data;
        this.work = work;
        if (Files.exists(work)) {
            try (Stream<Path> files = Files.walk(work)) {
                for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(work);
        admin("DELETE", "faults", null);
        admin("DELETE", "requests", null);
    }

    List<Made.Field> fields(String line) {
        return lines.getOrDefault(line, List.of());
    }

    String argument(String name) throws Wrong {
        String value = Made.last(fields("argument"), name, null);
        if (value == null) {
            throw new Wrong("the argument " + name + " is missing");
        }
        return value;
    }

    void obey(String line) throws Exception {
        String word = before(line);
        String rest = after(line);
        String field = before(rest);
        if (word.equals("argument") && !ARGUMENTS.contains(field)) {
            throw new Wrong("unknown argument: " + field);
        }
        switch (word) {
            case "fault" -> admin("POST", "faults", "[" + rest + "]");
            case "file" -> Files.copy(data.resolve(after(rest)), work.resolve(field));
            case "text" -> Files.writeString(work.resolve(field), value(after(rest)));
            case "config", "query", "option", "link", "patch", "event", "argument" ->
                lines.computeIfAbsent(word, none -> new ArrayList<>()).add(new Made.Field(field, value(after(rest))));
            case "call", "start", "cancel", "stop" -> new Verbs(this, word).call(rest);
            case "expect" -> expect(field, value(after(rest)));
            default -> throw new Wrong("unknown line: " + line);
        }
    }

    private static String before(String text) {
        int space = text.indexOf(' ');
        return space < 0 ? text : text.substring(0, space);
    }

    private static String after(String text) {
        int space = text.indexOf(' ');
        return space < 0 ? "" : text.substring(space + 1);
    }

    private String value(String text) {
        String plain = ESCAPE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(ESCAPES.get(found.group(1))));
        return plain.replace("{endpoint}", endpoint).replace("{host}", endpoint.replace("http://", ""))
                .replace("{work}", work.toString()).replace("{data}", data.toString());
    }

    private void expect(String field, String value) throws Exception {
        boolean contains = field.endsWith("_contains");
        boolean lacks = field.endsWith("_lacks");
        String name = contains || lacks ? field.substring(0, field.lastIndexOf('_')) : field;
        String found = found(name);
        if (found == null) {
            throw new Wrong("expected " + name + " " + value + ", but there is none; " + came);
        }
        boolean right = contains ? found.contains(value) : lacks ? !found.contains(value) : found.equals(value);
        if (!right) {
            throw new Wrong("expected " + field + " " + value + ", came " + found + "; " + came.get("error.message"));
        }
    }

    private String found(String name) throws IOException {
        if (name.startsWith("file:")) {
            Path file = work.resolve(name.substring(5));
            return Files.exists(file) ? String.valueOf(Files.size(file)) : "(null)";
        }
        return switch (name) {
            case "log" -> log.toString();
            case "sent" -> admin("GET", "requests", null);
            case "sent.count" ->
                String.valueOf(admin("GET", "requests", null).split(Pattern.quote("\"connection\":"), -1).length - 1);
            default -> came.get(name);
        };
    }

    private String admin(String method, String what, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(endpoint + "/_dev/" + what).toURL().openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod(method);
        if (body != null) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
