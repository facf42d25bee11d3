"""Calls of the kernel that Python's library lacks, with the errors of `OSError`. Needs Linux 5.12."""

import ctypes
import errno
import fcntl
import os
import stat
import struct

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND = 1, 2, 4, 8, 4096
MS_REC, MS_PRIVATE = 16384, 1 << 18
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 1, 2, 4, 8
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
AT_FDCWD, AT_EMPTY_PATH, AT_RECURSIVE = -100, 0x1000, 0x8000
OPEN_TREE_CLONE = 1
MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH = 4, 0x40
RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH, RESOLVE_IN_ROOT = 2, 4, 8, 16
# The same numbers on every architecture.
SYS_OPEN_TREE, SYS_MOVE_MOUNT, SYS_OPENAT2, SYS_MOUNT_SETATTR = 428, 429, 437, 442

# By machine: its name in a filter, its add_key (request_key and keyctl follow it), its seccomp.
MACHINES = {
    "x86_64": (0xC000003E, 248, 317),
    "i686": (0x40000003, 286, 354),
    "aarch64": (0xC00000B7, 217, 277),
    "armv7l": (0x40000028, 309, 383),
    "riscv64": (0xC00000F3, 217, 277),
    "ppc64le": (0xC0000015, 269, 358),
    "s390x": (0x80000016, 278, 348),
}
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW = 1, 4
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, ENOSYS = 0x7FFF0000, 0x50000, 38
BPF_LOAD, BPF_EQUAL, BPF_AT_LEAST, BPF_ABOVE, BPF_AND, BPF_RETURN = 0x20, 0x15, 0x35, 0x25, 0x54, 0x06

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def unshare(flags):
    check(libc.unshare(flags), "unshare")


def enter_namespaces(fd, flags):
    """Those of the process, or of the one kind, behind `fd`; a pid namespace is our children's only."""
    check(libc.setns(fd, flags), "setns")


def die_with_parent(parent, signal_number=9):
    """To be called after the last change of owner, which the kernel takes as the end of this wish."""
    libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def mount(source, target, kind=None, flags=0, options=None):
    enc = lambda text: None if text is None else os.fsencode(text)
    shown = os.fsdecode(target)
    check(libc.mount(enc(source), enc(target), enc(kind), ctypes.c_ulong(flags), enc(options)), f"mount {shown}")


def detach(target):
    check(libc.umount2(os.fsencode(target), MNT_DETACH), "umount")


def enter_root(folder):
    """Makes `folder`, a mount, the root of this mount namespace and lets go of the old one."""
    os.chdir(folder)
    check(libc.pivot_root(b".", b"."), "pivot_root")
    detach(".")
    os.chdir("/")


def set_attributes(fd, attributes):
    """Mount attributes on the mount behind `fd` and on all below it."""
    packed = struct.pack("QQQQ", attributes, 0, 0, 0)
    check(libc.syscall(SYS_MOUNT_SETATTR, fd, b"", AT_EMPTY_PATH | AT_RECURSIVE, packed, len(packed)), "mount_setattr")


def clone_mount(path, attributes=0, recursive=True):
    """A detached copy of what is at `path`, as a descriptor that `attach` gives a place."""
    flags = OPEN_TREE_CLONE | os.O_CLOEXEC | (AT_RECURSIVE if recursive else 0)
    fd = check(libc.syscall(SYS_OPEN_TREE, AT_FDCWD, os.fsencode(path), flags), f"open_tree {os.fsdecode(path)}")
    if attributes:
        set_attributes(fd, attributes)
    return fd


def attach(fd, target):
    flags = MOVE_MOUNT_F_EMPTY_PATH
    check(libc.syscall(SYS_MOVE_MOUNT, fd, b"", AT_FDCWD, os.fsencode(target), flags), f"mount {os.fsdecode(target)}")
    os.close(fd)


def open_beneath(folder_fd, path, flags, resolve=RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH):
    """Opens without leaving `folder_fd`; a symbolic link on the way is ELOOP."""
    how = struct.pack("QQQ", flags | os.O_CLOEXEC, 0, resolve | RESOLVE_NO_MAGICLINKS)
    result = libc.syscall(SYS_OPENAT2, folder_fd, path or b".", how, len(how))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def syncfs(fd):
    check(libc.syncfs(fd), "syncfs")


def lo_up():
    control = check(libc.socket(2, 2, 0), "socket")  # AF_INET, SOCK_DGRAM
    try:
        fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: UP, RUNNING
    finally:
        os.close(control)


def overlay(target, lowers, upper=None, options=""):
    """Mounts an overlay of folders, the uppermost first; `upper` is a pair with the work folder.

    They are named by descriptors, so that neither the length nor a character of a path can do harm. They are opened here, since
    the kernel takes only what is seen in our own mount namespace.
    """
    opened = [open_folder(path) for path in [*lowers, *(upper or ())]]
    os.chdir("/proc/self/fd")
    text = "lowerdir=" + ":".join(str(fd) for fd in opened[: len(lowers)])
    if upper:
        text += f",upperdir={opened[-2]},workdir={opened[-1]}"
    flags = MS_NODEV | (0 if upper else MS_RDONLY | MS_NOSUID)
    try:
        mount("overlay", target, "overlay", flags, text + options + (",volatile" if upper else ""))
    except OSError:
        mount("overlay", target, "overlay", flags, text + options)
    finally:
        os.chdir("/")
        for fd in opened:
            os.close(fd)


def overlay_options(is_root):
    """What a system may have set otherwise by default, and would make the upper layer depend on the lower ones."""
    own = ",redirect_dir=off,index=off,metacopy=off" if is_root else ",userxattr"
    return own + ",xino=off"


def shut_keyrings():
    """From here on the kernel has no keys: those of our caller pass every namespace by, for its user is root's or root in there.

    For all machines at once, since programs of another one may run. Needs CAP_SYS_ADMIN, so that setuid programs still work.
    """
    own = MACHINES.get(os.uname().machine)
    if own is None:
        return
    program = step(BPF_LOAD, 4)
    for name, first, _ in MACHINES.values():
        # The mark of x32 is taken off the number of the call.
        program += step(BPF_EQUAL, name, 0, 6) + step(BPF_LOAD, 0) + step(BPF_AND, 0xBFFFFFFF)
        program += step(BPF_AT_LEAST, first, 0, 2) + step(BPF_ABOVE, first + 2, 1, 0)
        program += step(BPF_RETURN, SECCOMP_RET_ERRNO | ENOSYS) + step(BPF_RETURN, SECCOMP_RET_ALLOW)
    program += step(BPF_RETURN, SECCOMP_RET_ALLOW)
    check(set_filter(own[2], program), "seccomp")


def step(code, value, yes=0, no=0):
    """An instruction of a filter; the jumps are counted in instructions."""
    return struct.pack("HBBI", code, yes, no, value)


def set_filter(call, program, flags=0):
    """Puts a filter over this process and all that it starts. `call` is the machine's number of seccomp; gives what that gives."""
    steps = ctypes.create_string_buffer(program)
    wanted = struct.pack("HP", len(program) // 8, ctypes.addressof(steps))
    return libc.syscall(call, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW | flags, wanted)


def open_folder(path):
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def is_whiteout(state):
    return stat.S_ISCHR(state.st_mode) and state.st_rdev == 0


def remove_tree(path):
    """Removes a tree however deep it is, without following links. Absent is fine."""
    try:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)
            return
    except FileNotFoundError:
        return
    top = open_folder(path)
    try:
        empty_folder(top)
    finally:
        os.close(top)
    os.rmdir(path)


def empty_folder(top):
    """Empties an open folder with few open at a time: what lies deep is moved up before it is removed."""
    moved = 0
    while True:
        folders = []
        with os.scandir(top) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                else:
                    os.unlink(entry.name, dir_fd=top)
        if not folders:
            return
        for name in folders:
            moved = lift(top, name, moved)


def lift(top, name, moved):
    """Removes folder `name` of `top`; its own folders go to `top` when they are not empty."""
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=top)
    try:
        while True:
            with os.scandir(folder) as entries:
                names = [(each.name, each.is_dir(follow_symlinks=False)) for each, _ in zip(entries, range(10_000))]
            if not names:
                break
            for child, is_folder in names:
                if not is_folder:
                    os.unlink(child, dir_fd=folder)
                    continue
                try:
                    os.rmdir(child, dir_fd=folder)
                except OSError:
                    moved = move_up(folder, child, top, moved)
    finally:
        os.close(folder)
    os.rmdir(name, dir_fd=top)
    return moved


def move_up(folder, child, top, moved):
    while True:
        moved += 1
        try:
            os.mkdir(f".moved-{moved}", dir_fd=top)
            break
        except FileExistsError:
            continue
    os.rename(child, f".moved-{moved}", src_dir_fd=folder, dst_dir_fd=top)
    return moved
