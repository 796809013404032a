"""The C ABI for ctypes, declared from the header itself, so that nothing can be declared wrongly."""

import ctypes
import re

HANDLE = ctypes.c_void_p
PROGRESS = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_uint64, ctypes.c_uint64)
LOG = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p)
COMPLETION = ctypes.CFUNCTYPE(None, ctypes.c_void_p, HANDLE)
DUE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, HANDLE)

PLAIN = {
    "void": None, "size_t": ctypes.c_size_t,
    "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32,
    "int64_t": ctypes.c_int64, "uint64_t": ctypes.c_uint64,
    "upgradelink_progress": PROGRESS, "upgradelink_log": LOG,
    "upgradelink_completion": COMPLETION, "upgradelink_due": DUE,
}


class Function:
    """A function of the library, with the C types of its prototype beside it."""

    def __init__(self, library, returns, name, parameters):
        self.returns = returns
        self.parameters = parameters
        self.call = getattr(library, name)
        self.call.restype = ctype(returns)
        self.call.argtypes = [ctype(parameter) for parameter in parameters]

    def __call__(self, *arguments):
        return self.call(*arguments)


def ctype(c):
    if c == "const char *":
        return ctypes.c_char_p
    if c.endswith("*"):
        return HANDLE
    return PLAIN[c] if c in PLAIN else ctypes.c_int32  # what is left are the enumerations


def prototypes(header):
    """(returned type, name, [type of each parameter]) of each function of the header."""
    code = re.sub(r"/\*.*?\*/|^\s*#[^\n]*|^typedef[^;]*;|^extern \"C\" \{", "", header, flags=re.S | re.M)
    for returns, name, parameters in re.findall(r"UPGRADELINK_API\s+([\w\s]+?[\s*]+)(\w+)\(([^()]*)\);", code):
        types = [re.match(r"(.*?)(\w+)$", " ".join(one.split()))[1].strip() for one in parameters.split(",")]
        yield returns.strip(), name, [] if parameters == "void" else types


def load(library_path, header_path):
    """Each function of the library by its name without the prefix."""
    library = ctypes.CDLL(library_path)
    with open(header_path, encoding="utf-8") as file:
        found = prototypes(file.read())
        return {name.removeprefix("upgradelink_"): Function(library, returns, name, parameters)
                for returns, name, parameters in found}
