package com.toolsetlink.upgradelink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The natives, the C ABI and the classes are one surface. */
class SurfaceTest {
    private static final Path ROOT = Path.of(System.getProperty("upgradelink.root", "."));
    /** With 0 and null these do what they are for, or nothing. */
    private static final Set<String> CANNOT_FAIL =
            Set.of("version", "versionNumber", "cancelNew", "cancelFree", "clientFree", "schedulerFree");

    private static Stream<Method> natives() {
        return Arrays.stream(Natives.class.getDeclaredMethods()).filter(m -> Modifier.isNative(m.getModifiers()));
    }

    private static Set<String> found(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text);
        Set<String> found = new TreeSet<>();
        while (matcher.find()) {
            found.add(matcher.groupCount() == 2 ? matcher.group(1) + matcher.group(2) : matcher.group(1));
        }
        return found;
    }

    @Test
    void theLibraryRegistersTheNativesThatJavaDeclares() throws IOException {
        Set<String> declared = natives()
                .map(m -> m.getName()
                        + MethodType.methodType(m.getReturnType(), m.getParameterTypes()).toMethodDescriptorString())
                .collect(Collectors.toCollection(TreeSet::new));
        String rows = Files.readString(ROOT.resolve("src/jni/natives/mod.rs"));
        assertEquals(declared, found(rows, "^    [a-z_:]+, \"(\\w+)\", \"([^\"]+)\";$"));
        assertEquals(37, declared.size());
    }

    @Test
    void everyFunctionOfTheAbiHasItsPlaceInJava() throws IOException {
        String header = Files.readString(ROOT.resolve("include/upgradelink.h"))
                .replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)^#.*$", "").replaceAll("typedef[^;]*;", "");
        Map<String, String> places = new TreeMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("bindings/java/src/test/resources/abi.txt"))) {
            if (!line.startsWith("#")) {
                places.put(line.split(" ")[0], line.split(" ")[1]);
            }
        }
        assertEquals(found(header, "(upgradelink_\\w+)\\([^()]*\\)\\s*;"), places.keySet());
        List<String> missing = new ArrayList<>();
        places.forEach((function, place) -> {
            if (!place.equals("-") && !exists(place)) {
                missing.add(function + " " + place);
            }
        });
        assertEquals(List.of(), missing);
    }

    private static boolean exists(String place) {
        int dot = place.lastIndexOf('.');
        String member = place.substring(dot + 1);
        try {
            Class<?> type = Class.forName("com.toolsetlink.upgradelink." + place.substring(0, dot));
            return Modifier.isPublic(type.getModifiers())
                    && (member.equals("<init>")
                            ? type.getConstructors().length > 0
                            : Arrays.stream(type.getMethods()).anyMatch(m -> m.getName().equals(member)));
        } catch (ClassNotFoundException missing) {
            return false;
        }
    }

    private static Object nothing(Class<?> type) {
        return type == long.class ? (Object) 0L : type == int.class ? (Object) 0 : null;
    }

    @Test
    void everyNativeRefusesNothingsAndOnlyWithTheExceptionOfTheLibrary() {
        natives().forEach(method -> {
            Object[] arguments = Arrays.stream(method.getParameterTypes()).map(SurfaceTest::nothing).toArray();
            method.setAccessible(true);
            if (System.getenv("UPGRADELINK_INJECT_PANIC") == null && CANNOT_FAIL.contains(method.getName())) {
                return;
            }
            Throwable thrown = assertThrows(InvocationTargetException.class, () -> method.invoke(null, arguments),
                    method.getName()).getCause();
            UpgradeLinkException refusal = (UpgradeLinkException) thrown;
            if (System.getenv("UPGRADELINK_INJECT_PANIC") == null) {
                assertEquals(Status.INVALID_ARGUMENT, refusal.status(), method.getName());
            } else {
                assertEquals(Status.INTERNAL, refusal.status(), method.getName());
                assertTrue(refusal.getMessage().contains("injected"), refusal.getMessage());
            }
        });
    }

    @Test
    void numbersHaveTheNamesOfTheHeader() throws IOException {
        String header = Files.readString(ROOT.resolve("include/upgradelink.h"));
        Map<String, Class<? extends Numbered>> lists = Map.of(
                "ERROR", Status.class, "STAGE", Stage.class, "KIND", Kind.class, "UPGRADE", UpgradeType.class,
                "PATCH", PatchAlgo.class, "ORIGIN", Origin.class, "PHASE", Phase.class, "LOG", LogLevel.class,
                "EVENT", EventType.class, "SIGNATURE", SignaturePolicy.class);
        lists.forEach((prefix, type) -> {
            Set<String> constants = Arrays.stream(type.getFields()).map(field -> {
                try {
                    return field.getName() + " " + ((Numbered) field.get(null)).number();
                } catch (IllegalAccessException hidden) {
                    throw new AssertionError(hidden);
                }
            }).collect(Collectors.toCollection(TreeSet::new));
            Set<String> macros = found(header, "^#define UPGRADELINK_" + prefix + "_(\\w+ \\d+)$");
            assertEquals(macros, constants, prefix);
        });
    }
}
