"""Writes patches of every container with every compressor, from the covers that the real tool found.

`covers` reads them out of an uncompressed HDIFF13 patch; `hdiff13`, `sf20`, `w26`, `bsdiff40` and `endsley`
write them anew. `random` draws what a writer is free to choose and the tool does one way only: which sections
to compress, how to cut steps and windows, how to pad sizes.
"""
import bz2 as bzip2
import hashlib
import lzma
import zlib

import xxhash
import zstandard

COMPRESSORS = ["", "zlib", "bz2", "pbz2", "lzma", "lzma2", "zstd"]
CONTAINERS = ["h13", "sf20", "w26", "bsdiff40", "endsley"]


def uint(value, tag=0, tag_bits=0, pad=0):
    digits = []
    while value >> (7 - tag_bits) or len(digits) < pad:
        digits.append(value & 0x7F)
        value >>= 7
    more = 0x80 >> tag_bits if digits else 0
    first = tag << (8 - tag_bits) & 0xFF | more | value
    rest = [digit | 0x80 for digit in digits[:0:-1]] + digits[:1]
    return bytes([first] + rest)


def read_uint(data, at, tag_bits=0):
    byte = data[at]
    at += 1
    tag = byte >> (8 - tag_bits)
    bit = 0x80 >> tag_bits
    value, more = byte & (bit - 1), byte & bit
    while more:
        byte = data[at]
        at += 1
        value, more = value << 7 | byte & 0x7F, byte & 0x80
    return value, tag, at


def covers(patch):
    """The (old, new, length) of each cover of an uncompressed HDIFF13 patch."""
    at = patch.index(b"\0") + 1
    fields = []
    for _ in range(11):
        value, _, at = read_uint(patch, at)
        fields.append(value)
    assert fields[4] == 0, "the cover section is compressed"
    found, old_end, new_end = [], 0, 0
    for _ in range(fields[2]):
        distance, minus, at = read_uint(patch, at, 1)
        gap, _, at = read_uint(patch, at)
        length, _, at = read_uint(patch, at)
        old = old_end - distance if minus else old_end + distance
        found.append((old, new_end + gap, length))
        old_end, new_end = old + length, new_end + gap + length
    return found


def bz2(data):
    """In small blocks: the decoder of the largest touches 4 MB each time."""
    return bzip2.compress(data, 1)


def compress(name, data):
    if name in ("zlib", "pzlib"):
        stream = zlib.compressobj(9, zlib.DEFLATED, -15)
        return b"\xf1" + stream.compress(data) + stream.flush()
    if name in ("bz2", "bzip2"):
        return bz2(data)
    if name in ("pbz2", "pbzip2"):
        middle = len(data) // 2
        return bz2(data[:middle]) + bz2(data[middle:])
    if name == "lzma":
        filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20, "lc": 3, "lp": 0, "pb": 2}]
        props = b"\x05\x5d" + (1 << 20).to_bytes(4, "little")
        return props + lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    if name == "lzma2":
        filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
        return b"\x10" + lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    if name == "zstd":
        return zstandard.ZstdCompressor(level=19).compress(data)
    raise ValueError(name)


def cover_bytes(cover, old_end, new_end):
    old, new, length = cover
    minus = old < old_end
    return uint(abs(old - old_end), int(minus), 1) + uint(new - new_end) + uint(length)


def difference(old, new, cover):
    at_old, at_new, length = cover
    return bytes((n - o) & 0xFF for o, n in zip(old[at_old : at_old + length], new[at_new : at_new + length]))


def runs(data):
    """(byte, length) of each run."""
    start = 0
    while start < len(data):
        end = start + 1
        while end < len(data) and data[end] == data[start]:
            end += 1
        yield data[start], end - start
        start = end


def hdiff13(old, new, found, compressor, random):
    cover_part, string, gaps, old_end, new_end = b"", bytearray(len(new)), b"", 0, 0
    for cover in found:
        cover_part += cover_bytes(cover, old_end, new_end)
        gaps += new[new_end : cover[1]]
        old_end, new_end = cover[0] + cover[2], cover[1] + cover[2]
        string[cover[1] : new_end] = difference(old, new, cover)
    gaps += new[new_end:]
    control, code, literal = b"", b"", b""
    for byte, length in [*runs(string), (None, 0)]:
        if length >= 3 or byte is None:
            if literal:
                control += uint(len(literal) - 1, 3, 2)
                code, literal = code + literal, b""
            if length:
                tag = {0: 0, 255: 1}.get(byte, 2)
                control += uint(length - 1, tag, 2)
                code += bytes([byte]) if tag == 2 else b""
        else:
            literal += bytes([byte]) * length
    header = b"HDIFF13&" + compressor.encode() + b"\0" + uint(len(new)) + uint(len(old)) + uint(len(found))
    body = b""
    for section in (cover_part, control, code, gaps):
        packed = compress(compressor, section) if compressor and section and random.random() < 0.9 else b""
        header += uint(len(section)) + uint(len(packed), pad=random.choice([0, 0, 3]))
        body += packed or section
    return header + body


def steps(old, new, found, new_end, most, random):
    """The steps for covers whose positions are relative to `old`; returns them and the largest."""
    body, largest, old_end = b"", 0, 0
    while found:
        count = random.randint(1, len(found))
        step, found = found[:count], found[count:]
        cover_part, terms, gaps = b"", b"", b""
        for cover in step:
            cover_part += cover_bytes(cover, old_end, new_end)
            gaps += new[new_end : cover[1]]
            old_end, new_end = cover[0] + cover[2], cover[1] + cover[2]
            terms += difference(old, new, cover)
        turns, zeros, literal = b"", 0, b""
        for byte, length in runs(terms):
            if byte == 0 and (length >= 3 or not literal):
                if literal:
                    turns += uint(zeros) + uint(len(literal)) + literal
                    zeros, literal = 0, b""
                zeros += length
            else:
                literal += bytes([byte]) * length
        turns += uint(zeros) + (uint(len(literal)) + literal if literal else b"")
        largest = max(largest, len(cover_part) + len(turns))
        body += uint(len(cover_part)) + uint(len(turns)) + cover_part + turns + gaps
    return body, largest


def with_last(found, new_size, old_end=0):
    """What follows the last cover is the gap of an empty one."""
    new_end = found[-1][1] + found[-1][2] if found else 0
    if found and new_end == new_size:
        return list(found)
    old_end = found[-1][0] + found[-1][2] if found else old_end
    return [*found, (old_end, new_size, 0)]


def sf20(old, new, found, compressor, random):
    found = with_last(found, len(new))
    body, largest = steps(old, new, found, 0, None, random)
    packed = compress(compressor, body) if compressor else b""
    if len(packed) > len(body):
        packed = b""
    numbers = [len(new), len(old), len(found), largest, len(body), len(packed)]
    header = b"HDIFFSF20&" + compressor.encode() + b"\0" + b"".join(map(uint, numbers))
    return header + (packed or body)


CHECKSUMS = {
    "": (0, lambda data: b""),
    "xxh128": (16, lambda data: xxhash.xxh3_128(data).digest()[::-1]),
    "xxh3": (8, lambda data: xxhash.xxh3_64(data).digest()[::-1]),
    "md5": (16, lambda data: hashlib.md5(data).digest()),
    "crc32": (4, lambda data: zlib.crc32(data).to_bytes(4, "little")),
}


def w26(old, new, found, compressor, random, checksum="xxh128"):
    groups, rest = [], list(found)
    while rest:
        count = random.randint(1, len(rest))
        groups.append(rest[:count])
        rest = rest[count:]
    groups = groups or ([[]] if new else [])
    ahead = random.choice([2, 4, 64])
    records, windows, old_slices = [], [], b""
    previous = new_end = largest = most_covers = most_old = 0
    for number, group in enumerate(groups):
        low = min((cover[0] for cover in group), default=0)
        high = max((cover[0] + cover[2] for cover in group), default=0)
        relative = [(cover[0] - low, cover[1], cover[2]) for cover in group]
        if number + 1 == len(groups):
            relative = with_last(relative, len(new))
        old_slice = old[low:high]
        body, step = steps(old_slice, new, relative, new_end, None, random)
        records.append(uint(high - low) + uint(abs(low - previous), int(low < previous), 1))
        windows.append(uint(len(relative)) + body)
        previous, old_slices = high, old_slices + old_slice
        new_end = relative[-1][1] + relative[-1][2]
        largest, most_covers = max(largest, step), max(most_covers, len(relative))
        most_old = max(most_old, high - low)
    body = b""
    for number, window in enumerate(windows):
        batch = ahead if number == 0 else ahead // 2 if number % (ahead // 2) == 0 else 0
        body += b"".join(records[:batch]) + window
        records = records[batch:]
    packed = compress(compressor, body) if compressor else b""
    if len(packed) > len(body):
        packed = b""
    size, digest = CHECKSUMS[checksum]
    numbers = [len(packed), len(body), len(new), len(old), len(found), len(groups), ahead]
    numbers += [largest, most_covers, most_old, size, 0]
    fields = compressor.encode() + b"&" + checksum.encode() + b"\0" + b"".join(map(uint, numbers))
    fields += bytes(random.choice([0, 0, 5]))
    head = b"HDIFFW26" + (len(fields) + 3 * size).to_bytes(2, "little") + fields
    head += digest(old_slices) + digest(new)
    stored = packed or body
    return head + digest(stored + head) + stored


def sign_magnitude(value):
    return (abs(value) | (1 << 63 if value < 0 else 0)).to_bytes(8, "little")


def rows(old, new, found):
    """(numbers, bytes to add, bytes to copy) of each row of a bsdiff patch."""
    ends = [*found, (0, len(new), 0)]
    cover = (0, 0, 0)
    for following in ends:
        end = cover[1] + cover[2]
        copy = new[end : following[1]]
        move = following[0] - (cover[0] + cover[2])
        yield [cover[2], len(copy), move], difference(old, new, cover), copy
        cover = following


def bsdiff40(old, new, found, compressor, random):
    made = list(rows(old, new, found))
    control = bz2(b"".join(sign_magnitude(n) for row, _, _ in made for n in row))
    terms = bz2(b"".join(terms for _, terms, _ in made))
    extra = bz2(b"".join(copy for _, _, copy in made))
    sizes = b"".join(map(sign_magnitude, [len(control), len(terms), len(new)]))
    return b"BSDIFF40" + sizes + control + terms + extra


def endsley(old, new, found, compressor, random):
    stream = b"".join(
        b"".join(map(sign_magnitude, numbers)) + terms + copy for numbers, terms, copy in rows(old, new, found)
    )
    return b"ENDSLEY/BSDIFF43" + sign_magnitude(len(new)) + bz2(stream)


def write(container, old, new, found, compressor, random, **more):
    writers = {"h13": hdiff13, "sf20": sf20, "w26": w26, "bsdiff40": bsdiff40, "endsley": endsley}
    return writers[container](old, new, found, compressor, random, **more)
