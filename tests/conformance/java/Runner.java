import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the conformance list: Runner ENDPOINT CASES_FILE WORK_FOLDER. */
final class Runner {
    private Runner() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[1]).toAbsolutePath();
        Path work = Path.of(arguments[2]).toAbsolutePath();
        List<List<String>> cases = new ArrayList<>();
        for (String line : Files.readString(file).split("\n")) {
            if (line.startsWith("case ")) {
                cases.add(new ArrayList<>(List.of(line.substring(5))));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                cases.get(cases.size() - 1).add(line);
            }
        }
        int failed = 0;
        for (int number = 1; number <= cases.size(); number++) {
            List<String> lines = cases.get(number - 1);
            try {
                Case one = new Case(arguments[0], file.resolveSibling("data"), work.resolve(String.valueOf(number)));
                for (String line : lines.subList(1, lines.size())) {
                    one.obey(line);
                }
            } catch (Exception wrong) {
                failed++;
                String what = wrong instanceof Wrong ? wrong.getMessage() : wrong.toString();
                System.out.println(number + " " + lines.get(0) + ": " + what);
            }
        }
        System.out.println("java: " + (cases.size() - failed) + " passed, " + failed + " failed");
        // Calls that were cancelled may still be ending.
        System.exit(failed > 0 ? 1 : 0);
    }
}
