import com.toolsetlink.upgradelink.Numbered;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The list's names of enumerations, which are the library's own, and of values. */
final class Names {
    private static final List<String> KINDS = list(1, "url file apk configuration win mac lnx");
    private static final List<String> ALGOS = list(0, "none hdiffpatch");
    private static final List<String> EVENTS = list(1, "start download upgrade");
    private static final List<String> POLICIES = list(1, "off when_present required");
    private static final List<String> LEVELS = list(1, "error warn info debug");

    private Names() {}

    private static List<String> list(int first, String names) {
        return Arrays.asList(((first == 1 ? " " : "") + names).split(" "));
    }

    static int kind(String value) {
        return number(KINDS, value);
    }

    static int patchAlgo(String value) {
        return number(ALGOS, value);
    }

    static int event(String value) {
        return number(EVENTS, value);
    }

    static int policy(String value) {
        return number(POLICIES, value);
    }

    static int level(String value) {
        return number(LEVELS, value);
    }

    private static int number(List<String> names, String value) {
        int index = names.indexOf(value);
        return index >= 0 ? index : Integer.parseInt(value);
    }

    static String of(Numbered value) {
        return value.isKnown() ? value.name().toLowerCase(Locale.ROOT) : String.valueOf(value.number());
    }

    static String of(Object value) {
        return value == null ? "(null)" : String.valueOf(value);
    }

    /** A size, of which Java says -1 where it is not known. */
    static String size(long value) {
        return value < 0 ? "(null)" : String.valueOf(value);
    }

    static String text(String value) {
        return value.equals("(null)") ? null : value;
    }

    static boolean truth(String value) {
        return value.equals("true");
    }

    /** A size of the list for Java. */
    static long bytes(String value) {
        return value.equals("(null)") ? -1 : Long.parseLong(value);
    }

    /** Milliseconds, of which the list says 4294967295 where there is no limit. */
    static long millis(String value) {
        return value.equals("4294967295") ? -1 : Long.parseLong(value);
    }
}
