"""Runs a command as an ordinary user in a user namespace of its own, whose kernel hands arm64 programs to an emulator there alone.

Arguments: a folder for the files of this test, then the command. Needs root. With EMULATOR unset nothing is registered. Exit code 125 where
this machine does not allow it; then what it said is on standard error.
"""

import ctypes
import os
import sys

USER, FIRST, IDS = 61234, 200000, 65536
NEW_USER, NEW_MOUNTS, BIND, PRIVATE, RECURSIVE = 0x10000000, 0x20000, 0x1000, 1 << 18, 1 << 14
BINFMT = "/proc/sys/fs/binfmt_misc"
# The head of an ELF file of arm64, whatever its ABI: a program or a shared object.
MAGIC = rb"\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
MASK = rb"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(source, target, kind, flags):
    check(libc.mount(source.encode(), target.encode(), kind, ctypes.c_ulong(flags), None), f"mount {target}")


def enter(folder):
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    mount("none", "/", None, PRIVATE | RECURSIVE)
    ids = f"{USER}:{FIRST}:{IDS}\n"
    with open("/etc/passwd", encoding="utf-8") as file:
        accounts = file.read() + f"emulated:x:{USER}:{USER}::{folder}:/bin/sh\n"
    for name, text in (("passwd", accounts), ("subuid", ids), ("subgid", ids)):
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
        mount(f"{folder}/{name}", f"/etc/{name}", None, BIND)
    emulator = os.environ.get("EMULATOR")
    if emulator:
        mount("emulators", BINFMT, b"binfmt_misc", 0)
        with open(f"{BINFMT}/register", "wb", buffering=0) as file:
            file.write(b":qemu-aarch64:M::" + MAGIC + b":" + MASK + b":" + emulator.encode() + b":" + b"OCF")
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)


def main(folder, *command):
    entered, has_entered = os.pipe()
    mapped, has_mapped = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(has_mapped)
            check(libc.unshare(NEW_USER | NEW_MOUNTS), "unshare")
            os.write(has_entered, b".")
            os.read(mapped, 1)
            enter(folder)
        except OSError as error:
            sys.stderr.write(f"{error}\n")
            os._exit(125)
        os.execvp(command[0], command)
    os.close(has_entered)
    if os.read(entered, 1):
        for kind in ("uid", "gid"):
            with open(f"/proc/{pid}/{kind}_map", "w", encoding="ascii") as file:
                file.write("0 0 4294967295\n")
    os.write(has_mapped, b".")
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


main(*sys.argv[1:])
