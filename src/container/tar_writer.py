"""Writes a layer: tar with PAX headers only where USTAR cannot say it, so that equal content gives equal bytes.

No names of owners, no times but whole seconds of the last change, nothing of the machine.
"""

import hashlib
import os

BLOCK = 512
ZEROS = bytes(1 << 16)
OCTAL_7, OCTAL_11 = 8**7, 8**11
FILE, LINK, SYMLINK, CHARACTER, BLOCK_DEVICE, FOLDER, FIFO = b"0", b"1", b"2", b"3", b"4", b"5", b"6"


class Member:
    """What a header tells. `runs` (offset, length) of the data make a sparse file."""

    def __init__(self, name, kind, **more):
        self.name, self.kind = name, kind
        self.mode = more.get("mode", 0)
        self.uid, self.gid = more.get("owner", (0, 0))
        self.mtime = more.get("mtime", 0)
        self.size = more.get("size", 0)
        self.link = more.get("link", b"")
        self.device = more.get("device", 0)
        self.xattrs = more.get("xattrs", {})
        self.runs = more.get("runs")


class TarWriter:
    def __init__(self, fd):
        self.fd = fd
        self.hash = hashlib.sha256()
        self.size = self.count = 0
        self.waiting, self.waiting_size = [], 0

    def write(self, data):
        self.hash.update(data)
        self.size += len(data)
        self.waiting.append(data)
        self.waiting_size += len(data)
        if self.waiting_size >= 1 << 18:
            self.flush()

    def flush(self):
        data = memoryview(b"".join(self.waiting))
        self.waiting, self.waiting_size = [], 0
        while data:
            data = data[os.write(self.fd, data) :]

    def add(self, member, parts=()):
        """`parts` give the content: exactly as much as the header says, or the layer is not to be used."""
        sparse_map = None if member.runs is None else map_bytes(member.runs)
        stored = member.size if member.runs is None else len(sparse_map) + sum(length for _, length in member.runs)
        records = pax_of(member, stored)
        if records:
            data = b"".join(record(key, value) for key, value in records)
            self.write(header(b"PaxHeaders/" + plain_name(member.name), b"x", size=len(data), mode=0o644))
            self.pad(data)
        name = member.name if member.runs is None else b"GNUSparseFile.0/" + plain_name(member.name)
        self.write(header(fitting(name), member.kind, size=stored, member=member))
        if sparse_map is not None:
            self.write(sparse_map)
        end = self.size + stored - len(sparse_map or b"")
        for part in parts:
            self.write(part)
        if self.size != end:
            raise OSError(0, "a file changed while it was read")
        self.write(ZEROS[: -self.size % BLOCK])
        self.count += 1

    def pad(self, data):
        self.write(data + ZEROS[: -len(data) % BLOCK])

    def close(self):
        self.write(ZEROS[: 2 * BLOCK])
        self.flush()
        return "sha256:" + self.hash.hexdigest()


def record(key, value):
    rest = len(key) + len(value) + 3
    length = rest + len(str(rest))
    if len(str(length)) > len(str(rest)):
        length += 1
    return b"%d %s=%s\n" % (length, key, value)


def pax_of(member, stored):
    found = []
    texts = [(b"path", member.name), (b"linkpath", member.link)]
    if not all(is_utf8(value) for _, value in texts):
        found.append((b"hdrcharset", b"BINARY"))
    for key, value in texts:
        if (len(value) > 100 or not value.isascii()) and not (key == b"path" and member.runs is not None):
            found.append((key, value))
    for key, value, limit in (
        (b"uid", member.uid, OCTAL_7),
        (b"gid", member.gid, OCTAL_7),
        (b"mtime", member.mtime, OCTAL_11),
        (b"size", stored, OCTAL_11),
    ):
        if not 0 <= value < limit:
            found.append((key, b"%d" % value))
    if member.runs is not None:
        found += [(b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.name", member.name)]
        found.append((b"GNU.sparse.realsize", b"%d" % member.size))
    found += [(b"SCHILY.xattr." + os.fsencode(key), value) for key, value in sorted(member.xattrs.items())]
    return found


def is_utf8(value):
    try:
        value.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


def map_bytes(runs):
    data = b"".join(b"%d\n" % number for number in [len(runs), *(each for run in runs for each in run)])
    return data + ZEROS[: -len(data) % BLOCK]


def plain_name(name):
    """The last part of a path as a header can hold it; only readers without PAX ever see it."""
    last = name.rstrip(b"/").rsplit(b"/", 1)[-1]
    return bytes(each if 33 <= each < 127 else 95 for each in last[:80])


def fitting(name):
    return name if len(name) <= 100 and name.isascii() else plain_name(name)


def header(name, kind, **more):
    member = more.get("member") or Member(name, kind, mode=more.get("mode", 0))
    octal = lambda value, width: b"%0*o\0" % (width - 1, value if 0 <= value < 8 ** (width - 1) else 0)
    link = member.link if len(member.link) <= 100 and member.link.isascii() else plain_name(member.link)
    device = member.device
    block = b"".join(
        (
            name.ljust(100, b"\0"),
            octal(member.mode, 8),
            octal(member.uid, 8),
            octal(member.gid, 8),
            octal(more["size"], 12),
            octal(member.mtime, 12),
            b" " * 8,
            kind,
            link.ljust(100, b"\0"),
            b"ustar\x0000",
            bytes(64),
            octal(os.major(device), 8),
            octal(os.minor(device), 8),
            bytes(167),
        )
    )
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]
