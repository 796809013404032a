#!/usr/bin/env python3
"""Compares what each language declares of the library with the header: drift.py LANGUAGE...

- cpp: the functions and constants of the header are used, all of them.
- csharp: every declaration has the name, the arity and the types of its prototype, and none is missing; the
  enumerations have its numbers.
- java: natives in Java, in the table that is registered and in Rust are the same, by name, arity and types; every
  call of the header has one; the numbers are those of the header.
- swift: the compiler reads the header itself, so types cannot differ; every function is called.

What a language leaves out on purpose is listed below, with the reason. DRIFT_ROOT names another tree.
"""

import collections
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("DRIFT_ROOT", pathlib.Path(__file__).parent.parent))
CPP = "bindings/cpp"
CSHARP = "bindings/csharp/src"
JAVA = "bindings/java/src/main/java"
JNI = "src/jni"
SWIFT = "bindings/swift/Sources"

# In the background only, since Swift waits with `await`; how a call went is what it returned; it needs no signals.
SWIFT_LEFT_OUT = {
    "unblock_signals_in_callbacks",
    "check", "describe", "measure", "report", "fetch", "fetch_link", "patch_apply", "operation_wait",
    "operation_is_done", "error_status",
}
# A call in the background is a Java object, which the library completes; the names of statuses are Java's own; a
# thread that is about to call Java unblocks its signals by itself; a transport is an object of the host's, its headers
# are a map, its body is a stream of Java.
JAVA_LEFT_OUT = {
    "operation_wait", "operation_is_done", "operation_cancel", "operation_take_strategy", "operation_take_details",
    "operation_take_statistics", "operation_take_artifact", "operation_take_nothing", "operation_free",
    "status_name", "unblock_signals_in_callbacks", "transport_new", "transport_set_open", "transport_set_read",
    "transport_set_close", "transport_set_cancel", "transport_set_release", "transport_free",
    "transport_request_header_count", "transport_request_header_name", "transport_request_header_value",
    "transport_response_add_header", "transport_response_set_stream",
}
LEFT_OUT = {"cpp": set(), "csharp": set(), "java": JAVA_LEFT_OUT, "swift": SWIFT_LEFT_OUT}
# Milliseconds are not in the name of what Java measures in them.
JAVA_NAMES = {"scheduler_due_in_ms": "schedulerDueIn"}
# What Java has beside the header's calls: a cancel is a handle of its own there.
JAVA_ONLY = {"cancelNew", "cancel", "cancelFree"}
# Handles of C that are immutable values of Java, so that no native makes or reads them.
JAVA_VALUES = ("config", "query", "strategy", "version_details", "statistics", "fetch_options", "artifact",
               "patch_options", "patch_info", "event", "error", "transport_request", "transport_response")

Function = collections.namedtuple("Function", "returns parameters")


def text_of(path, pattern="*"):
    """The sources below a folder, without comments."""
    files = sorted((ROOT / path).rglob(pattern))
    if not files:
        sys.exit(f"{path} has no {pattern}")
    code = "\n".join(file.read_text("utf-8") for file in files)
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", code, flags=re.S)


def plain(type_and_name):
    """A parameter's type: without its name, its spaces and its const."""
    return re.sub(r"\bconst\b|\s", "", re.sub(r"@?\w+$", "", type_and_name.strip()))


def parameters(text):
    return [] if text.strip() in ("", "void") else text.split(",")


HEADER = re.sub(r"/\*.*?\*/", "", (ROOT / "include/upgradelink.h").read_text("utf-8"), flags=re.S)
FUNCTIONS = {
    name.removeprefix("upgradelink_"): Function(re.sub(r"\bconst\b|\s", "", returns),
                                                [plain(one) for one in parameters(listed)])
    for returns, name, listed in re.findall(r"UPGRADELINK_API\s+([\w\s]+?[\s*]+)(\w+)\(([^()]*)\);", HEADER)
}
CONSTANTS = {name: int(number) for name, number
             in re.findall(r"^#define UPGRADELINK_(\w+) (\d+)(?:ull)?$", HEADER, re.M)}
CALLBACKS = set(re.findall(r"\(\*(\w+)\)\(", HEADER))
# The enumerations of the header, by the beginning of their constants.
PREFIXES = {"ERROR": "status", "STAGE": "stage", "KIND": "kind", "UPGRADE": "upgradetype", "PATCH": "patchalgo",
            "SERIES": "series", "PHASE": "phase", "ORIGIN": "origin", "EVENT": "eventtype",
            "SIGNATURE": "signaturepolicy", "LOG": "loglevel"}

wrong = []


def same(what, expected, found):
    for name in sorted(set(expected) - set(found)):
        wrong.append(f"{what}: {name} is missing")
    for name in sorted(set(found) - set(expected)):
        wrong.append(f"{what}: {name} is not in the header")
    for name in sorted(set(found) & set(expected)):
        if expected[name] != found[name]:
            wrong.append(f"{what}: {name} is {found[name]}, the header says {expected[name]}")


def enumerations():
    """{(enumeration, name): number} of the header, without underscores and in small letters."""
    found = {}
    for name, number in CONSTANTS.items():
        prefix, _, rest = name.partition("_")
        if prefix in PREFIXES and name not in ("PATCH_NONE", "VERSION_PATCH"):
            found[PREFIXES[prefix], rest.replace("_", "").lower()] = number
    found["patchalgo", "none"] = CONSTANTS["PATCH_NONE"]
    return found


def used(language, text):
    """Names of the header that stand in a source."""
    for name in re.findall(r"\bupgradelink_(\w+)\b(?=\()", HEADER):
        if name not in LEFT_OUT[language] and not re.search(rf"\bupgradelink_{name}\b", text):
            wrong.append(f"{language}: upgradelink_{name} is not used")
    known = set(re.findall(r"\bupgradelink_\w+", HEADER))
    for name in sorted(set(re.findall(r"\bupgradelink_\w+", text)) - known):
        wrong.append(f"{language}: {name} is not in the header")


def cpp():
    text = text_of(CPP, "*.hpp")
    used("cpp", text)
    for name in CONSTANTS:
        if not name.startswith("VERSION_") and not re.search(rf"\bUPGRADELINK_{name}\b", text):
            wrong.append(f"cpp: UPGRADELINK_{name} is not used")


# C#


def in_csharp(c):
    """The blittable type of C# for one of C."""
    if c in ("void", "char*", "uint8_t*"):
        return "void" if c == "void" else "byte*"
    if c == "size_t*":
        return "UIntPtr*"
    if c == "uint64_t*":
        return "ulong*"
    if c.endswith("**"):
        return "IntPtr*"
    if c.endswith("*") or c in CALLBACKS:
        return "IntPtr"
    return {"size_t": "UIntPtr", "uint32_t": "uint", "int64_t": "long", "uint64_t": "ulong"}.get(c, "int")


def csharp():
    text = text_of(CSHARP, "*.cs")
    expected = {name: Function(in_csharp(one.returns), [in_csharp(c) for c in one.parameters])
                for name, one in FUNCTIONS.items() if name not in LEFT_OUT["csharp"]}
    found = {name: Function(plain(returns + " _"), [plain(one) for one in parameters(listed)]) for returns, name, listed
             in re.findall(r"static extern ([\w*]+) upgradelink_(\w+)\(([^()]*)\);", text)}
    same("csharp", expected, found)
    numbers = {}
    for name, body in re.findall(r"\benum (\w+)[^{]*\{(.*?)\}", text, re.S):
        kind = name.lower().replace("algorithm", "algo")
        for member, number in re.findall(r"\b(\w+) = (\d+)", body):
            numbers[kind, member.lower()] = int(number)
    same_numbers("csharp", numbers)


def same_numbers(language, numbers):
    """Compares enumerations; a language may name them with a word before, such as UpgradeKind."""
    expected = enumerations()
    for (enumeration, name), number in expected.items():
        came = {found for (kind, member), found in numbers.items() if member == name and kind.endswith(enumeration)}
        if came != {number}:
            wrong.append(f"{language}: {enumeration}.{name} is {came or 'missing'}, the header says {number}")


# Java

JNI_TYPES = {"J": "jlong", "I": "jint", "Z": "jboolean", "V": "", "D": "jdouble"}
JAVA_TYPES = {"long": "J", "int": "I", "boolean": "Z", "void": "V", "double": "D"}


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def java_kind(type_name):
    """J, I, Z or V, and L for every object."""
    return JAVA_TYPES.get(type_name, "L")


def descriptor_kinds(descriptor):
    arguments, returns = re.fullmatch(r"\((.*)\)(.*)", descriptor).groups()
    kinds = [found[0] for found in re.findall(r"\[*(?:L[^;]+;|\w)", arguments + returns)]
    kinds = ["L" if kind == "[" else kind for kind in kinds]
    return Function(kinds[-1], kinds[:-1])


def java():
    text = text_of(JAVA, "*.java")
    declared = {}
    for returns, name, listed in re.findall(r"static native ([\w<>?\[\]]+) (\w+)\(([^()]*)\)", text):
        types = [re.sub(r"<[^>]*>", "", one).split()[0] for one in parameters(listed)]
        declared[name] = Function(java_kind(returns), [java_kind(one) for one in types])

    rust = text_of(JNI, "*.rs")
    written = {}
    for name, listed, returns in re.findall(
            r"extern \"system\" fn (\w+)<'l>\(([^()]*)\)\s*(?:-> ([\w<>']+) )?\{", rust):
        types = [one.split(":")[1].strip() for one in listed.split(",") if ":" in one][2:]
        kinds = {"jlong": "J", "jint": "I", "jboolean": "Z", "": "V"}
        written[camel(name)] = Function(kinds.get(returns, "L"), [kinds.get(one, "L") for one in types])
    same("java: Rust beside Natives.java", declared, written)

    registered = {name: descriptor_kinds(descriptor)
                  for name, descriptor in re.findall(r"\"(\w+)\",\s*\"(\([^\"]*\)[^\"]*)\"", rust)}
    same("java: the registered table beside Natives.java", declared, registered)

    calls = {JAVA_NAMES.get(name, camel(name)) for name in FUNCTIONS if name not in LEFT_OUT["java"]
             and not any(re.match(rf"{value}_", name) for value in JAVA_VALUES)}
    names = {name: "" for name in declared if name not in JAVA_ONLY}
    same("java: calls", {name: "" for name in calls}, names)

    for name in set(FUNCTIONS) - LEFT_OUT["java"]:
        for value in set(JAVA_VALUES) - {"statistics"}:  # which are a table of series and days there
            found = re.fullmatch(rf"{value}_(?:set_|add_|is_)?(\w+)", name)
            if found and found[1] not in ("new", "free"):
                word = camel(re.sub("_ms$", "", found[1]))
                if not re.search(rf"\b(?:is|add|get)?{word}(?:Millis)?\(", text, re.I):
                    wrong.append(f"java: nothing is called {word}, for upgradelink_{name}")

    numbers = {(kind.lower(), name.replace("_", "").lower()): int(number)
               for kind, number, name in re.findall(r"new (\w+)\((\d+), \"(\w+)\"\)", text)}
    numbers |= {(kind.lower(), name.replace("_", "").lower()): int(number)
                for kind, name, number in re.findall(r"final (\w+) (\w+) = new \w+\((\d+)", text)}
    for kind, members in re.findall(r"\benum (\w+) \{([\w\s,]+)", text):
        for ordinal, name in enumerate(re.findall(r"\w+", members)):
            numbers[kind.lower(), name.replace("_", "").lower()] = ordinal + 1
    same_numbers("java", numbers)


def swift():
    text = text_of(SWIFT, "*.swift")
    used("swift", text)
    for prefix in PREFIXES:
        for name in CONSTANTS:
            # 0 is what `unknown(0)` stands for.
            if name.startswith(f"{prefix}_") and name != "UPGRADE_UNKNOWN" and not re.search(rf"\bUPGRADELINK_{name}\b", text):
                wrong.append(f"swift: UPGRADELINK_{name} is not used")


LANGUAGES = {"cpp": cpp, "csharp": csharp, "java": java, "swift": swift}
chosen = sys.argv[1:] or list(LANGUAGES)
for language in chosen:
    LANGUAGES[language]()
for line in wrong:
    print(line)
print(f"{len(FUNCTIONS)} functions, {len(CONSTANTS)} constants, {', '.join(chosen)}: {len(wrong)} wrong")
sys.exit(bool(wrong))
