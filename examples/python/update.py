"""Checks for an upgrade, fetches it, and shows how far it is. Ctrl-C cancels; the next run goes on from there.

    UPGRADELINK_ACCESS_KEY=... UPGRADELINK_SECRET_KEY=... python3 update.py APK_KEY VERSION_CODE FOLDER

UPGRADELINK_LIBRARY names the library where the system does not find it, UPGRADELINK_ENDPOINT a server of your own.
"""

import os
import sys
from ctypes import CDLL, CFUNCTYPE, byref, c_char_p, c_int32, c_int64, c_uint32, c_uint64, c_void_p

KIND_APK = 3
STATUS_CANCELLED = 6
WAIT_FOREVER = 2**32 - 1
SIZE_UNKNOWN = 2**64 - 1

Progress = CFUNCTYPE(c_int32, c_void_p, c_int32, c_uint64, c_uint64)
Completion = CFUNCTYPE(None, c_void_p, c_void_p)

library = CDLL(os.environ.get("UPGRADELINK_LIBRARY", "libupgradelink.so.0"))


def declare(name, returns, *parameters):
    """A function as the header has it. ctypes takes what is not declared for an int, which cuts pointers."""
    function = getattr(library, f"upgradelink_{name}")
    function.restype, function.argtypes = returns, parameters
    return function


config_new = declare("config_new", c_void_p, c_char_p, c_char_p)
config_set_endpoint = declare("config_set_endpoint", None, c_void_p, c_char_p)
config_set_allow_http = declare("config_set_allow_http", None, c_void_p, c_int32)
config_free = declare("config_free", None, c_void_p)
client_new = declare("client_new", c_int32, c_void_p, c_void_p, c_void_p)
client_free = declare("client_free", None, c_void_p)
query_new = declare("query_new", c_void_p, c_int32, c_char_p, c_int64)
query_free = declare("query_free", None, c_void_p)
check = declare("check", c_int32, c_void_p, c_void_p, c_void_p, c_void_p)
strategy_is_available = declare("strategy_is_available", c_int32, c_void_p)
strategy_version_name = declare("strategy_version_name", c_char_p, c_void_p)
strategy_free = declare("strategy_free", None, c_void_p)
options_new = declare("fetch_options_new", c_void_p, c_char_p)
options_free = declare("fetch_options_free", None, c_void_p)
fetch_start = declare("fetch_start", c_int32, c_void_p, c_void_p, c_void_p, Progress, Completion, c_void_p,
                      c_void_p, c_void_p)
operation_wait = declare("operation_wait", c_int32, c_void_p, c_uint32)
operation_cancel = declare("operation_cancel", None, c_void_p)
operation_take_artifact = declare("operation_take_artifact", c_int32, c_void_p, c_void_p, c_void_p)
operation_free = declare("operation_free", None, c_void_p)
artifact_path = declare("artifact_path", c_char_p, c_void_p)
artifact_free = declare("artifact_free", None, c_void_p)
error_status = declare("error_status", c_int32, c_void_p)
error_message = declare("error_message", c_char_p, c_void_p)
error_free = declare("error_free", None, c_void_p)


class UpdateError(Exception):
    def __init__(self, error):
        super().__init__(error_message(error).decode())
        self.status = error_status(error)
        error_free(error)


def call(function, *arguments):
    """Calls a function that ends with a place for its result and one for its error."""
    result, error = c_void_p(), c_void_p()
    if function(*arguments, byref(result), byref(error)) != 0:
        raise UpdateError(error)
    return result


def new_client():
    keys = (os.environ[name].encode() for name in ("UPGRADELINK_ACCESS_KEY", "UPGRADELINK_SECRET_KEY"))
    config = config_new(*keys)
    if endpoint := os.environ.get("UPGRADELINK_ENDPOINT"):
        config_set_endpoint(config, endpoint.encode())
        config_set_allow_http(config, endpoint.startswith("http:"))
    try:
        return call(client_new, config)
    finally:
        config_free(config)


def checked(client, app_key, version_code):
    query = query_new(KIND_APK, app_key.encode(), version_code)
    try:
        return call(check, client, query)
    finally:
        query_free(query)


@Progress
def on_progress(_, phase, done, total):
    print(f"{done} of {total if total != SIZE_UNKNOWN else '?'} bytes")
    return 1


def fetched(client, strategy, folder):
    """The path of the file. The call runs in the background, so that Ctrl-C is heard."""
    options = options_new(folder.encode())
    operation = call(fetch_start, client, strategy, options, on_progress, Completion(), None)
    options_free(options)
    try:
        while not operation_wait(operation, 200):
            pass
    except KeyboardInterrupt:
        operation_cancel(operation)
        operation_wait(operation, WAIT_FOREVER)
    try:
        artifact = call(operation_take_artifact, operation)
    finally:
        operation_free(operation)
    path = artifact_path(artifact).decode()
    artifact_free(artifact)
    return path


def main(app_key, version_code, folder):
    client = new_client()
    try:
        strategy = checked(client, app_key, int(version_code))
        if not strategy_is_available(strategy):
            print("already the newest")
        else:
            print(f"version {strategy_version_name(strategy).decode()} is out")
            print(f"fetched {fetched(client, strategy, folder)}")
        strategy_free(strategy)
    except UpdateError as error:
        print("cancelled" if error.status == STATUS_CANCELLED else error)
        sys.exit(1)
    finally:
        client_free(client)


main(*sys.argv[1:])
