"""Reads a layer as a stream: tar (USTAR, PAX, GNU, sparse in all their forms), plain or gzip, in bounded memory.

The archive is not trusted: whatever it says about sizes is held against limits, and what it means to say must be clear.
"""

import hashlib
import os
import zlib

BLOCK = 512
CHUNK = 1 << 18
MAX_HEADER_BYTES = 1 << 20  # of one PAX or long-name header
MAX_RUNS = 100_000  # of data in a sparse file
MAX_SIZE = 1 << 62
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
ZEROS = bytes(BLOCK)


class BadLayer(Exception):
    """The archive is damaged, or says something that must not be done. The message is for the user."""


class Blob:
    """The bytes of a layer, uncompressed, hashed as they pass."""

    def __init__(self, fd):
        self.fd = fd
        self.hash = hashlib.sha256()
        self.raw = os.read(fd, CHUNK)
        self.inflater = zlib.decompressobj(31) if self.raw.startswith(GZIP) else None
        self.chunk = memoryview(b"")
        if self.raw.startswith(ZSTD):
            raise BadLayer("is compressed with zstd, which is not supported; gzip is")

    def some(self, limit):
        """At least one byte and at most `limit`; nothing at the end."""
        if not self.chunk:
            try:
                data = self.inflate() if self.inflater else self.take_raw()
            except zlib.error as error:
                raise BadLayer(f"is damaged: {error}") from None
            self.hash.update(data)
            self.chunk = memoryview(data)
        part, self.chunk = self.chunk[:limit], self.chunk[limit:]
        return part

    def take_raw(self):
        data, self.raw = self.raw or os.read(self.fd, CHUNK), b""
        return data

    def inflate(self):
        """Members of gzip that follow each other are one stream."""
        while True:
            if self.inflater.eof:
                self.raw = self.inflater.unused_data or os.read(self.fd, CHUNK)
                if not self.raw:
                    return b""
                self.inflater = zlib.decompressobj(31)
            raw = self.raw or os.read(self.fd, CHUNK)
            data = self.inflater.decompress(raw, CHUNK)
            self.raw = self.inflater.unconsumed_tail
            if data:
                return data
            if not raw and not self.inflater.eof:
                raise BadLayer("ends in the middle of its gzip stream")

    def parts(self, count):
        """Exactly `count` bytes, in pieces."""
        while count:
            part = self.some(count)
            if not part:
                raise BadLayer("ends in the middle of a file")
            count -= len(part)
            yield part

    def take(self, count):
        part = self.some(count)
        if len(part) == count:
            return bytes(part)
        return bytes(part) + b"".join(self.parts(count - len(part)))

    def skip(self, count):
        for _ in self.parts(count):
            pass

    def finish(self):
        """Passes over the rest; the digest of all, in hex."""
        while self.some(CHUNK):
            pass
        return self.hash.hexdigest()


class Entry:
    """One member: `size` is what the file has, `stored` what the archive holds of it, `runs` (offset, length) where it is sparse."""

    __slots__ = ("name", "kind", "mode", "uid", "gid", "size", "stored", "seconds", "nanoseconds", "link", "xattrs", "runs")


def shown(name):
    return repr(name.decode("utf-8", "backslashreplace"))[1:-1][:300]


def number(field):
    if field[0] & 0x80:
        value = int.from_bytes(field, "big", signed=True) if field[0] == 0xFF else int.from_bytes(field[1:], "big")
    else:
        text = field.split(b"\0", 1)[0].strip(b" ")
        if text and text.strip(b"01234567"):
            raise BadLayer("has a header whose numbers cannot be read")
        value = int(text or b"0", 8)
    return value


def text(field):
    return bytes(field.split(b"\0", 1)[0])


def decimal(value, what):
    if not value.isdigit() or len(value) > 19:
        raise BadLayer(f"has a header with a bad {what}")
    return int(value)


def time_of(value):
    """Seconds and nanoseconds of a PAX time; a negative one counts as 1970."""
    whole, _, fraction = value.partition(b".")
    if whole.startswith(b"-"):
        return 0, 0
    if fraction.strip(b"0123456789"):
        raise BadLayer("has a header with a bad time")
    return min(decimal(whole, "time"), 1 << 34), int((fraction + b"0" * 9)[:9])


def entries(blob):
    """Each member in turn; what is left of its content is passed over when the next one is asked for."""
    defaults = []
    while (entry := next_entry(blob, defaults)) is not None:
        content = Content(blob, entry.stored)
        yield entry, content
        content.finish()


class Content:
    """The stored bytes of one member."""

    def __init__(self, blob, size):
        self.blob, self.left, self.padding = blob, size, -size % BLOCK

    def parts(self, count):
        if count > self.left:
            raise BadLayer("has a sparse file that holds less than its map tells")
        self.left -= count
        return self.blob.parts(count)

    def finish(self):
        self.blob.skip(self.left + self.padding)
        self.left = self.padding = 0


def next_entry(blob, defaults):
    records, long_name, long_link = list(defaults), None, None
    while True:
        header = blob.some(BLOCK)
        if not header:
            return None  # an archive without its two closing blocks is in use by some tools
        if len(header) < BLOCK:
            header = bytes(header) + b"".join(blob.parts(BLOCK - len(header)))
        header = bytes(header)
        if header == ZEROS:
            return None
        verify(header)
        kind, size = header[156:157], number(header[124:136])
        if kind not in (b"x", b"g", b"L", b"K"):
            return member(blob, header, records, (long_name, long_link))
        if not 0 <= size <= MAX_HEADER_BYTES:
            raise BadLayer("has a header of more than 1 MiB")
        data = blob.take(size)
        blob.skip(-size % BLOCK)
        if kind == b"x":
            records += pax_records(data)
        elif kind == b"g":
            defaults[:] = [*defaults, *pax_records(data)][-1000:]
            records = list(defaults)
        elif kind == b"L":
            long_name = text(data)
        else:
            long_link = text(data)


def verify(header):
    total = sum(header[:148]) + 256 + sum(header[156:])
    if number(header[148:156]) != total:
        raise BadLayer("has a header with a wrong checksum")


def pax_records(data):
    found, at = [], 0
    while at < len(data):
        space = data.find(b" ", at, at + 20)
        if space < 0:
            raise BadLayer("has a damaged PAX header")
        length = decimal(data[at:space], "length")
        record = data[space + 1 : at + length]
        key, equals, value = record[:-1].partition(b"=")
        if not record.endswith(b"\n") or not equals or at + length > len(data):
            raise BadLayer("has a damaged PAX header")
        found.append((key, value))
        at += length
    return found


def member(blob, header, records, long_names):
    entry = Entry()
    magic = header[257:263]
    prefix = text(header[345:500]) if magic == b"ustar\0" else b""
    name = text(header[:100])
    entry.name = long_names[0] or (prefix + b"/" + name if prefix else name)
    entry.link = long_names[1] or text(header[157:257])
    entry.kind = header[156:157]
    entry.mode, entry.uid, entry.gid = (number(header[at : at + 8]) for at in (100, 108, 116))
    entry.size = entry.stored = number(header[124:136])
    entry.seconds, entry.nanoseconds = min(max(0, number(header[136:148])), 1 << 34), 0
    entry.xattrs, entry.runs = [], None
    sparse = apply_records(entry, records)
    if entry.kind == b"S":
        entry.size, entry.runs = old_sparse(blob, header)
        entry.kind = b"0"
    if not (0 <= entry.stored < MAX_SIZE and 0 <= entry.size < MAX_SIZE):
        raise BadLayer(f"has an impossible size for {shown(entry.name)}")
    if sparse:
        pax_sparse(blob, entry, sparse)
    if entry.kind not in (b"0", b"\0", b"7"):
        # A size of these is of no meaning, but some writers give one to links: they store nothing.
        entry.stored = 0 if entry.kind in b"123456" else entry.stored
    if b"\0" in entry.name or b"\0" in entry.link:
        raise BadLayer(f"has a name with a zero byte: {shown(entry.name)}")
    return entry


def apply_records(entry, records):
    """The values of PAX headers, later ones over earlier ones; gives those that tell of a sparse file."""
    sparse = {}
    for key, value in records:
        if key == b"path":
            entry.name = value
        elif key == b"linkpath":
            entry.link = value
        elif key == b"size":
            entry.size = entry.stored = decimal(value, "size")
        elif key in (b"uid", b"gid"):
            setattr(entry, key.decode(), decimal(value, "owner"))
        elif key == b"mtime":
            entry.seconds, entry.nanoseconds = time_of(value)
        elif key.startswith(b"SCHILY.xattr."):
            entry.xattrs.append((key[13:], value))
        elif key in (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):
            sparse.setdefault(b"pairs", []).append(value)
        elif key.startswith(b"GNU.sparse."):
            sparse[key[11:]] = value
    return sparse


def old_sparse(blob, header):
    size, fields, more = number(header[483:495]), header[386:482], header[482]
    numbers = sparse_fields(fields, 4)
    while more:
        block = blob.take(BLOCK)
        numbers += sparse_fields(block[:504], 21)
        more = block[504]
        if len(numbers) > 2 * MAX_RUNS:
            raise BadLayer("has a sparse file in too many pieces")
    return size, runs_of(numbers, size)


def sparse_fields(fields, count):
    found = []
    for at in range(0, count * 24, 24):
        if fields[at] == 0:
            break
        found += [number(fields[at : at + 12]), number(fields[at + 12 : at + 24])]
    return found


def pax_sparse(blob, entry, sparse):
    """Versions 0.0 (pairs of records), 0.1 (one record) and 1.0 (a map before the content)."""
    entry.name = sparse.get(b"name", entry.name)
    entry.size = decimal(sparse.get(b"realsize", sparse.get(b"size", b"")), "size")
    if sparse.get(b"major") == b"1":
        numbers = map_of(blob, entry)
    else:
        values = sparse.get(b"pairs") or [each for each in sparse.get(b"map", b"").split(b",") if each]
        numbers = [decimal(value, "sparse map") for value in values]
    entry.runs = runs_of(numbers, entry.size)


def map_of(blob, entry):
    """The numbers before the content, one a line, the count of pairs first; they end at a block's end."""
    rest, numbers, needed = b"", [], 1
    while len(numbers) < needed:
        if entry.stored < BLOCK:
            raise BadLayer("has a sparse file without its map")
        *lines, rest = (rest + blob.take(BLOCK)).split(b"\n")
        entry.stored -= BLOCK
        for line in lines:
            if len(numbers) < needed:
                numbers.append(decimal(line, "sparse map"))
                needed = 1 + 2 * numbers[0]
        if numbers and numbers[0] > MAX_RUNS or len(numbers) < needed and len(rest) > 20:
            raise BadLayer("has a sparse file in too many pieces")
    return numbers[1:]


def runs_of(numbers, size):
    if len(numbers) % 2 or len(numbers) > 2 * MAX_RUNS:
        raise BadLayer("has a damaged sparse map")
    runs = list(zip(numbers[::2], numbers[1::2]))
    end = 0
    for offset, length in runs:
        if offset < end or length < 0 or offset + length > size:
            raise BadLayer("has a damaged sparse map")
        end = offset + length
    return runs
