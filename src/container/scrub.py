"""Clocks that programs are known to leave behind. What is scrubbed is in the report of the run, by path.

Left out of the layer, so that what the layers below have stays (they are logs and caches, made anew when needed):
  /var/log/apt/*  /var/log/dpkg.log  /var/log/alternatives.log  /var/cache/ldconfig/aux-cache
  /var/cache/debconf/*-old  /var/cache/apt/pkgcache.bin  /var/cache/apt/srcpkgcache.bin
  /etc/machine-id  /var/lib/dbus/machine-id     a random number; only if no layer below has the file
Rewritten:
  /etc/shadow  /etc/shadow-     the day of a change (third field), if it is a day of this run: the day of the epoch
  *.pyc                         the time of their source, if it was right: the time that the source has in the image

Left alone, although they tell of a day: /var/lib/apt/lists (its files carry the mirror's times and content, which is what
was asked for; delete them in the same RUN), and whatever is not in this list.
"""

import fnmatch
import os
import re
import struct

LEFT_OUT = (
    b"var/log/apt/*",
    b"var/log/dpkg.log",
    b"var/log/alternatives.log",
    b"var/cache/ldconfig/aux-cache",
    b"var/cache/debconf/*-old",
    b"var/cache/apt/pkgcache.bin",
    b"var/cache/apt/srcpkgcache.bin",
)
IDENTITIES = (b"etc/machine-id", b"var/lib/dbus/machine-id")
SHADOWS = (b"etc/shadow", b"etc/shadow-")
DAY_S = 86400
MAX_SHADOW_BYTES = 1 << 20
PYC = re.compile(rb"(?s)(?P<folder>(?:.*/)?)__pycache__/(?P<name>[^/]+?)\.[a-z]+-[0-9a-z]+(?:\.opt-\w+)?\.pyc")


def is_left_out(path, is_below):
    """Whether the regular file at `path` is no part of the layer; `is_below` tells whether the layers below have one."""
    if path in IDENTITIES:
        return not is_below
    if not path.startswith(b"var/"):
        return False
    folder = path.rsplit(b"/", 1)[0]
    return any(fnmatch.fnmatchcase(path, each) and folder == each.rsplit(b"/", 1)[0] for each in LEFT_OUT)


def shadow_text(text, days, epoch_day):
    """The file with the days of this run replaced."""

    def fixed(line):
        fields = line.split(b":")
        if len(fields) == 9 and fields[2].isdigit() and int(fields[2]) in days:
            fields[2] = b"%d" % epoch_day
        return b":".join(fields)

    return b"\n".join(fixed(line) for line in text.split(b"\n"))


def source_of(path):
    """The Python source of a compiled file, by its name."""
    match = PYC.fullmatch(path)
    if match:
        return match["folder"] + match["name"] + b".py"
    return path[:-1] if path.endswith(b".pyc") and b"/__pycache__/" not in b"/" + path else None


class Scrub:
    """`final_time(path)` gives (time now, time in the image) of a file, or `None`."""

    def __init__(self, run_days, epoch, final_time):
        self.run_days, self.epoch, self.final_time = run_days, epoch, final_time

    def start_of(self, path, fd, state):
        """The first bytes as they are to be, in place of as many that the file has; for a shadow file it is all of it."""
        if path in SHADOWS and state.st_size <= MAX_SHADOW_BYTES:
            text = os.pread(fd, state.st_size, 0)
            fixed = shadow_text(text, self.run_days, self.epoch // DAY_S)
            return fixed if fixed != text else None
        if path.endswith(b".pyc") and state.st_size >= 16:
            return self.compiled(path, fd)
        return None

    def compiled(self, path, fd):
        head = os.pread(fd, 16, 0)
        source = source_of(path)
        flags, seconds = struct.unpack("<II", head[4:12])
        if source is None or flags != 0 or head[2:4] != b"\r\n":
            return None  # not compiled by Python 3.7 or newer, or named by the source's hash
        times = self.final_time(source)
        if times is None or times[0] & 0xFFFFFFFF != seconds or times[0] == times[1]:
            return None
        return head[:8] + struct.pack("<I", times[1] & 0xFFFFFFFF) + head[12:]


def days_of(start, end):
    """Days since 1970 between two times, in whichever zone a program may have looked at them."""
    return set(range(int(start - DAY_S // 2) // DAY_S, int(end + DAY_S // 2) // DAY_S + 1))
