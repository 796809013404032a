"""Runs the conformance list through ctypes: runner.py ENDPOINT CASES_FILE WORK_FOLDER

UPGRADELINK_LIBRARY and UPGRADELINK_HEADER name the library and its header.
"""

import ctypes
import functools
import os
import re
import shutil
import sys
import urllib.request

import abi

ENDPOINT, CASES, WORK = sys.argv[1], os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3])
C = abi.load(os.environ["UPGRADELINK_LIBRARY"], os.environ["UPGRADELINK_HEADER"])
UNKNOWN = 2**64 - 1
FOREVER = 2**32 - 1

NAMES = {
    "status": "OK INVALID_ARGUMENT CONFIG CONNECT TLS TIMEOUT CANCELLED REPLY SERVICE AUTHENTICATION NOT_FOUND "
              "RATE_LIMITED IO NO_SPACE VERIFY PATCH BUSY DOWNGRADE INTERNAL UNSUPPORTED NETWORK".split(),
    "stage": " config sign connect tls send receive decode service download verify patch io".split(" "),
    "kind": " url file apk configuration win mac lnx".split(" "),
    "upgrade_type": "unknown prompt silent force".split(" "),
    "patch_algo": "none hdiffpatch".split(" "),
    "origin": " downloaded resumed patched present".split(" "),
    "type": " start download upgrade".split(" "),
    "signature_policy": " off when_present required".split(" "),
    "log": " error warn info debug".split(" "),
}
# The value of each field that is set when a handle is made.
MADE = {
    "config": {"access_key": "access", "secret_key": "secret"},
    "query": {"kind": "url", "app_key": "", "version_code": "1"},
    "option": {"folder": "{work}"},
    "patch": {"base": "", "patch": "", "output": ""},
    "event": {"type": "start", "app_key": "", "version_code": "1"},
}
SET = {"config": {"endpoint": ENDPOINT, "allow_http": "true", "proxy": ""}}
HANDLES = {"config": "config", "query": "query", "option": "fetch_options", "patch": "patch_options",
           "event": "event"}
LINES = [*HANDLES, "link", "argument"]
# Fields that no setter of the library knows.
FIELDS = {"link": ["url", "size", "md5"], "argument": ["timeout_ms", "until_unix_ms", "interval_ms", "feature"]}
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Wrong(Exception):
    """The case is not as it should be."""


class Failed(Exception):
    """A call of the library failed; what it said is kept in the case."""


def admin(method, what, body=None):
    request = urllib.request.Request(f"{ENDPOINT}/_dev/{what}", body, method=method)
    with NO_PROXY.open(request) as reply:
        return reply.read().decode()


def to_c(field, value, c_type):
    """A value of the list as an argument of this C type."""
    if c_type == "const char *":
        return None if value == "(null)" else value.encode()
    if value in ("true", "false"):
        return int(value == "true")
    if value == "(null)":
        return UNKNOWN
    if value in NAMES.get(field, []):
        return NAMES[field].index(value)
    return int(value)


def from_c(field, value, c_type=""):
    """What the library gave as a value of the list."""
    name = c_type.removeprefix("upgradelink_")
    if name in NAMES:
        known = NAMES[name]
        return known[value] if value < len(known) and known[value] else str(value)
    if field.startswith("is_"):
        return "true" if value else "false"
    if value is None or (value == UNKNOWN and c_type == "uint64_t"):
        return "(null)"
    return value.decode() if isinstance(value, bytes) else str(value)


class Case:
    def __init__(self, number, title):
        self.number, self.title = number, title
        self.work = os.path.join(WORK, str(number))
        self.lines = {line: [] for line in LINES}
        self.came, self.log = {}, ""
        self.keep = []  # callbacks, which C does not keep alive
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        admin("DELETE", "faults")
        admin("DELETE", "requests")

    def value(self, text):
        text = re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}[found[1]], text)
        for name, stands_for in {"endpoint": ENDPOINT, "host": ENDPOINT.removeprefix("http://"), "work": self.work,
                                 "data": os.path.join(os.path.dirname(CASES), "data")}.items():
            text = text.replace("{" + name + "}", stands_for)
        return text

    def obey(self, line):
        word, _, rest = line.partition(" ")
        field, _, value = rest.partition(" ")
        if word == "fault":
            admin("POST", "faults", f"[{rest}]".encode())
        elif word == "file":
            shutil.copy(os.path.join(os.path.dirname(CASES), "data", value), os.path.join(self.work, field))
        elif word == "text":
            with open(os.path.join(self.work, field), "wb") as file:
                file.write(self.value(value).encode())
        elif word in LINES:
            if field not in FIELDS.get(word, [field]):
                raise Wrong(f"unknown field: {field}")
            self.lines[word].append((field, self.value(value)))
        elif word in ("call", "start", "cancel", "stop"):
            self.call(word, rest)
        elif word == "expect":
            self.expect(field, self.value(value))
        else:
            raise Wrong(f"unknown line: {line}")

    # Handles

    def fields(self, line):
        """What the list sets, with the defaults of what is needed to make the handle apart."""
        made = {field: self.value(value) for field, value in MADE.get(line, {}).items()}
        rest = list(SET.get(line, {}).items())
        for field, value in self.lines[line]:
            if field in made:
                made[field] = value
            else:
                rest.append((field, value))
        return made, rest

    def made(self, line):
        """A handle with everything set."""
        prefix = HANDLES[line]
        new = C[f"{prefix}_new"]
        made, rest = self.fields(line)
        arguments = [to_c(field, value, c_type) for (field, value), c_type in zip(made.items(), new.parameters)]
        handle = new(*arguments)
        for field, value in rest:
            self.set(prefix, handle, field, value)
        return handle

    def set(self, prefix, handle, field, value):
        if field == "log":
            self.keep.append(abi.LOG(self.collect))
            C["config_set_log"](handle, to_c("log", value, ""), self.keep[-1], None)
        elif field == "ca_pem":
            text = to_c(field, value, "const char *")
            C["config_set_ca_pem"](handle, text, len(text or b""))
        else:
            name = f"{prefix}_add_{field}" if field == "public_key" else f"{prefix}_set_{field}"
            if name not in C:
                raise Wrong(f"unknown field: {field}")
            C[name](handle, to_c(field, value, C[name].parameters[1]))

    def collect(self, _, level, message):
        self.log += message.decode() + "\n"

    def argument(self, field):
        for name, value in reversed(self.lines["argument"]):
            if name == field:
                return value
        raise Wrong(f"the argument {field} is missing")

    # Calls

    def call(self, how, verb):
        self.came = {"status": "OK"}
        if verb not in VERBS:
            raise Wrong(f"unknown verb: {verb}")
        try:
            VERBS[verb](self, how)
        except Failed:
            pass

    def checked(self, status, error):
        """Reads the error and ends the call, unless it went well."""
        self.came["status"] = from_c("", status, "upgradelink_status")
        if status:
            self.read("error", error, "error")
            C["error_free"](error)
            raise Failed

    def result(self, function, *arguments):
        """Calls a function whose last arguments are a place for the result and one for the error."""
        result, error = abi.HANDLE(), abi.HANDLE()
        self.checked(C[function](*arguments, ctypes.byref(result), ctypes.byref(error)), error)
        return result

    def nothing(self, function, *arguments):
        error = abi.HANDLE()
        self.checked(C[function](*arguments, ctypes.byref(error)), error)

    def either(self, how, function, take, arguments, *progress):
        """Calls, or starts, waits and takes."""
        def of(name):
            return self.result if take != "nothing" else self.nothing

        if how in ("call", "stop"):
            return of(take)(function, *arguments, *progress, *([None] if progress else []))
        if f"{function}_start" not in C:
            raise Wrong(f"{function} has no {how}")
        operation = self.result(f"{function}_start", *arguments, *progress, abi.COMPLETION(), None)
        if how == "cancel":
            C["operation_cancel"](operation)
        C["operation_wait"](operation, FOREVER)
        try:
            return of(take)(f"operation_take_{take}", operation)
        finally:
            C["operation_free"](operation)

    def read(self, as_name, handle, prefix, free=False):
        """Reads every getter of a handle."""
        for name, function in C.items():
            field = name.removeprefix(prefix + "_")
            if field == name or function.parameters[:1] != [f"const upgradelink_{prefix} *"]:
                continue
            if field == "json":
                length = ctypes.c_size_t()
                value = function(handle, ctypes.byref(length))
                self.came[f"{as_name}.{field}"] = value.decode()
                if len(value) != length.value:
                    raise Wrong(f"the JSON has {len(value)} bytes, its length is {length.value}")
            elif len(function.parameters) == 1:
                value = from_c(field, function(handle), function.returns)
                self.came[f"{as_name}.{field.removeprefix('is_')}"] = value
        if free:
            C[f"{prefix}_free"](handle)

    def progress(self, how):
        self.came.update({"progress.seen": "false", "progress.done": "0", "progress.total": "(null)"})

        def told(_, phase, done, total):
            self.came["progress.seen"] = "true"
            self.came["progress.done"] = str(max(done, int(self.came["progress.done"])))
            if total != UNKNOWN:
                known = self.came["progress.total"]
                self.came["progress.total"] = str(max(total, 0 if known == "(null)" else int(known)))
            return 0 if how == "stop" and done > 0 else 1

        self.keep.append(abi.PROGRESS(told))
        return self.keep[-1]

    def client(self):
        config = self.made("config")
        try:
            return self.result("client_new", config)
        finally:
            C["config_free"](config)

    def strategy(self, client, how="call", function="check"):
        query = self.made("query")
        try:
            strategy = self.either(how, function, "strategy", (client, query))
        finally:
            C["query_free"](query)
        self.read("strategy", strategy, "strategy")
        return strategy

    # Expectations

    def expect(self, field, value):
        for suffix, right in (("_contains", lambda came: value in came), ("_lacks", lambda came: value not in came)):
            if field.endswith(suffix):
                field = field.removesuffix(suffix)
                break
        else:
            suffix, right = "", lambda came: value == came
        came = self.found(field)
        if came is None:
            raise Wrong(f"expected {field} {value}, but there is none; status {self.came.get('status')} "
                        f"{self.came.get('error.message', '')}")
        if not right(came):
            raise Wrong(f"expected {field}{suffix} {value}, came {came}; {self.came.get('error.message', '')}")

    def found(self, field):
        if field == "log":
            return self.log
        if field == "sent":
            return admin("GET", "requests")
        if field == "sent.count":
            return str(admin("GET", "requests").count('"connection":'))
        if field.startswith("file:"):
            path = os.path.join(self.work, field.removeprefix("file:"))
            return str(os.path.getsize(path)) if os.path.exists(path) else "(null)"
        return self.came.get(field)


# What each verb calls.


def with_client(call):
    @functools.wraps(call)
    def verb(case, how):
        client = case.client()
        try:
            call(case, how, client)
        finally:
            C["client_free"](client)
    return verb


def with_strategy(call):
    @with_client
    @functools.wraps(call)
    def verb(case, how, client):
        strategy = case.strategy(client)
        try:
            call(case, how, client, strategy)
        finally:
            C["strategy_free"](strategy)
    return verb


@with_client
def check(case, how, client):
    C["strategy_free"](case.strategy(client, how))


@with_client
def describe(case, how, client):
    query = case.made("query")
    try:
        details = case.either(how, "describe", "details", (client, query))
    finally:
        C["query_free"](query)
    case.read("details", details, "version_details", free=True)


@with_client
def measure(case, how, client):
    key = case.fields("query")[0]["app_key"].encode()
    statistics = case.either(how, "measure", "statistics", (client, key))
    case.read("statistics", statistics, "statistics")
    for day in range(int(case.came["statistics.day_count"])):
        case.came[f"statistics.day_name.{day}"] = from_c("", C["statistics_day_name"](statistics, day))
        for series, name in enumerate(("downloads", "strategies", "upgrades", "starts"), 1):
            value = C["statistics_day_value"](statistics, series, day)
            case.came[f"statistics.{name}.{day}"] = str(value)
    C["statistics_free"](statistics)


@with_strategy
def fetch(case, how, client, strategy):
    options = case.made("option")
    try:
        artifact = case.either(how, "fetch", "artifact", (client, strategy, options), case.progress(how))
    finally:
        C["fetch_options_free"](options)
    case.read("artifact", artifact, "artifact", free=True)


@with_client
def fetch_link(case, how, client):
    link = {"url": "", "size": "(null)", "md5": "(null)", **dict(case.lines["link"])}
    types = C["fetch_link"].parameters[1:4]
    arguments = [to_c(field, value, c_type) for (field, value), c_type in zip(link.items(), types, strict=True)]
    options = case.made("option")
    try:
        artifact = case.either(how, "fetch_link", "artifact", (client, *arguments, options), case.progress(how))
    finally:
        C["fetch_options_free"](options)
    case.read("artifact", artifact, "artifact", free=True)


def patch_apply(case, how):
    paths, rest = case.fields("patch")
    options = C["patch_options_new"]()
    try:
        for field, value in rest:
            case.set("patch_options", options, field, value)
        arguments = (*(path.encode() for path in paths.values()), options)
        case.either(how, "patch_apply", "nothing", arguments, case.progress(how))
    finally:
        C["patch_options_free"](options)


def patch_inspect(case, how):
    info = case.result("patch_inspect", case.fields("patch")[0]["patch"].encode())
    case.read("patch", info, "patch_info", free=True)


@with_client
def report(case, how, client):
    event = case.made("event")
    try:
        case.either(how, "report", "nothing", (client, event))
    finally:
        C["event_free"](event)


@with_client
def flush(case, how, client):
    case.nothing("flush", client, int(case.argument("timeout_ms")))


@with_client
def report_started(case, how, client):
    query = case.fields("query")[0]
    case.nothing("report_started", client, query["app_key"].encode(), int(query["version_code"]))


@with_strategy
def remember_upgrade(case, how, client, strategy):
    case.nothing("remember_upgrade", client, strategy)


@with_client
def last_strategy(case, how, client):
    C["strategy_free"](case.strategy(client, function="last_strategy"))


@with_strategy
def skip(case, how, client, strategy):
    case.nothing("skip", client, strategy)


@with_strategy
def snooze(case, how, client, strategy):
    case.nothing("snooze", client, strategy, int(case.argument("until_unix_ms")))


@with_strategy
def is_wanted(case, how, client, strategy):
    case.came["wanted"] = from_c("is_wanted", C["is_wanted"](client, strategy))


@with_client
def schedule(case, how, client):
    query = case.made("query")
    try:
        scheduler = case.result("scheduler_new", client, query, int(case.argument("interval_ms")))
    finally:
        C["query_free"](query)
    try:
        strategy = case.result("scheduler_check", scheduler)
    finally:
        C["scheduler_free"](scheduler)
    case.read("strategy", strategy, "strategy", free=True)


@with_client
def client(case, how, client):
    pass


def has(case, how):
    case.came["has"] = from_c("is_", C["has"](case.argument("feature").encode()))


def version(case, how):
    case.came["version"] = C["version"]().decode()
    case.came["version_number"] = str(C["version_number"]())


VERBS = {
    verb.__name__: verb
    for verb in (check, describe, measure, fetch, fetch_link, patch_apply, patch_inspect, report, flush,
                 report_started, remember_upgrade, last_strategy, skip, snooze, is_wanted, schedule, client, has,
                 version)
}


def cases():
    """(title, lines) of each case."""
    found = []
    with open(CASES, encoding="utf-8", newline="\n") as file:
        for line in file.read().split("\n"):
            if line.startswith("case "):
                found.append((line.removeprefix("case "), []))
            elif line and not line.startswith("#"):
                found[-1][1].append(line)
    return found


def main():
    passed = failed = 0
    for number, (title, lines) in enumerate(cases(), 1):
        case = Case(number, title)
        try:
            for line in lines:
                case.obey(line)
            passed += 1
        except Exception as wrong:  # whatever it is, the next case may still pass
            failed += 1
            print(f"{number} {title}: {wrong if isinstance(wrong, Wrong) else repr(wrong)}")
    print(f"python: {passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
