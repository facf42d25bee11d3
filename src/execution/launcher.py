"""Starts the actions of one build, each alone in namespaces of its own, and ends them whatever happens.

One process a build, spoken to in JSON lines over standard input and output, so that an action costs two forks and
no start of a helper program. Needs Python 3.11 and, for namespaces, Linux; uses the standard library alone.

  argv:    launcher.py namespaces|plain
  request: {"op": "root", ...}                          a root for actions, before the first of them (see make_root)
           {"op": "run", "id": n, ...}                  see run_action
           {"op": "kill", "id": n, "signal": "TERM"}    or KILL
  reply:   {"ready": true, "memory": bool} | {"error": text}   to "root"
           {"id": n, "exit": code | null, "signal": n, "error": text, "cpuMs": f, "rssBytes": n,
            "opaque": [path, ...], "outputBytes": n,
            "isDiskFull": bool, "unwritten": text,       no space; the end of the output that could not be kept
            "isUnmarked": bool,                          the folders in request["reused"] can be, once they are emptied
            "isTooLarge": true}                          when the action and all that it started are gone

It is forked for each action, so it imports little: `threading`, which `subprocess` imports, would double what a fork costs.

End of input ends everything. In `namespaces` this process is the first of a pid namespace, so the kernel ends every
action with it; in `plain` it collects what its actions left behind (Linux: as their subreaper).
"""

import _thread
import ctypes
import errno
import fcntl
import json
import os
import resource
import select
import signal
import struct
import sys

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
MS_REC, MS_PRIVATE = 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38
PR_SET_DUMPABLE, PR_CAPBSET_DROP = 4, 24
# What an action keeps of a root's powers, over its own files and processes: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL,
# SETGID, SETUID, NET_BIND_SERVICE. With SYS_ADMIN it could make the store's files writable, with SYS_PTRACE leave.
KEPT_CAPABILITIES = (0, 1, 3, 4, 5, 6, 7, 10)
SYS_MOUNT_SETATTR = 442  # the same number on every architecture
AT_RECURSIVE, MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NOEXEC = 0x8000, 1, 2, 8

FS_IOC_GETFLAGS, SETTABLE_FLAGS = 0x80086601, 0x608180FF

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
KEYCTL_JOIN_SESSION_KEYRING = 1
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW = 1, 4
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 0x7FFF0000, 0x50000

HEAD_BYTES = 8 << 20  # of an action's output: kept from its start ...
TAIL_BYTES = 1 << 20  # ... and from its end
UNWRITTEN_BYTES = 16 << 10
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
MEMORY_WATCH_MS = 50

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def mount(source, target, kind=None, flags=0, options=None):
    enc = lambda text: None if text is None else os.fsencode(text)
    check(libc.mount(enc(source), enc(target), enc(kind), ctypes.c_ulong(flags), enc(options)), f"mount {target}")


def make_read_only(target, more=0):
    """Read-only with everything below it; an ordinary user may not drop flags that the mount came with."""
    attributes = struct.pack("QQQQ", MOUNT_ATTR_RDONLY | more, 0, 0, 0)
    if libc.syscall(SYS_MOUNT_SETATTR, -100, os.fsencode(target), AT_RECURSIVE, attributes, len(attributes)) == 0:
        return
    kept = os.statvfs(target).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC | 1024 | 2048)
    mount(None, target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | kept)


def bind(source, target, read_only=True):
    mount(source, target, None, MS_BIND | MS_REC)
    if read_only:
        make_read_only(target)


def place(path, like):
    """An empty file or folder to mount on."""
    if os.path.isdir(like):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))


def write_text(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# --- the namespaces of the build -------------------------------------------------------------------------------


def die_with_parent(signal_number=signal.SIGKILL):
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)


def shut_keyrings():
    """Keys of the kernel pass every namespace by: none of our caller's for actions, and none from one action to another.

    All actions of a build have one user, and so its keyring: only a filter keeps them apart. To them the kernel has no keys.
    """
    own = MACHINES.get(os.uname().machine)
    if own is None:
        return
    libc.syscall(own[1] + 2, KEYCTL_JOIN_SESSION_KEYRING, None)
    step = lambda code, value, yes=0, no=0: struct.pack("HBBI", code, yes, no, value)
    program = step(0x20, 4)  # load the machine: programs of another one may run here
    for name, first, _ in MACHINES.values():
        program += step(0x15, name, 0, 6) + step(0x20, 0) + step(0x54, 0xBFFFFFFF)  # load the call, without the mark of x32
        program += step(0x35, first, 0, 2) + step(0x25, first + 2, 1, 0)
        program += step(0x06, SECCOMP_RET_ERRNO | errno.ENOSYS) + step(0x06, SECCOMP_RET_ALLOW)
    program += step(0x06, SECCOMP_RET_ALLOW)
    steps = ctypes.create_string_buffer(program)
    libc.syscall(own[2], SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
                 struct.pack("HP", len(program) // 8, ctypes.addressof(steps)))


def enter_namespaces():
    """New user, mount and pid namespaces; returns in their first process. Whoever we are, we are uid 0 there."""
    uid, gid = os.getuid(), os.getgid()
    try:
        os.setgroups([])  # after this they cannot be left, and an action would see them
    except OSError:
        pass
    parent = os.getppid()
    check(libc.unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID), "unshare")
    write_text("/proc/self/setgroups", "deny")
    write_text("/proc/self/uid_map", f"0 {uid} 1")
    write_text("/proc/self/gid_map", f"0 {gid} 1")
    die_with_parent()
    if os.getppid() != parent:
        os._exit(1)
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    child = os.fork()
    if child == 0:
        die_with_parent()
        shut_keyrings()
        return
    for fd in (0, 1):
        os.close(fd)
    status = os.waitpid(child, 0)[1]
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def make_root(request):
    """The part of the root that all actions share, on a tmpfs at request["at"].

    links: {path: target}; binds: [path] of the host, shown read-only; empty: [path] hidden below a bind;
    files: {path: text}; folders: [path] to mount on; placed: {path: file of the host}.
    """
    root = request["at"]
    mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=16m")
    for path in request["folders"]:
        os.makedirs(root + path, exist_ok=True)
    for path, target in request["links"].items():
        os.makedirs(os.path.dirname(root + path), exist_ok=True)
        os.symlink(target, root + path)
    for path, text in request["files"].items():
        os.makedirs(os.path.dirname(root + path), exist_ok=True)
        write_text(root + path, text)
    for path, source in [*((path, path) for path in request["binds"]), *request["placed"].items()]:
        place(root + path, source)
        bind(source, root + path)
    for path in request["empty"]:
        mount("tmpfs", root + path, "tmpfs", MS_NOSUID | MS_NODEV | MS_RDONLY, "size=4k")
    os.makedirs(root + "/dev", exist_ok=True)
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        device = f"{root}/dev/{name}"
        place(device, "/dev/null")
        mount(f"/dev/{name}", device, None, MS_BIND)
        make_read_only(device, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC)  # the node, which is the host's: devices can be written to
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(target, f"{root}/dev/{name}")
    os.makedirs(root + "/dev/shm", exist_ok=True)
    return root


def serves_actions(folder):
    """Whether a folder in memory can hold an overlay's upper layer and programs (Linux 6.6, without `noexec`)."""
    try:
        if folder is None or os.statvfs(folder).f_flag & os.ST_NOEXEC:
            return False
        os.setxattr(folder, "user.mobileops", b"y")
        return True
    except OSError:
        return False


# --- one action --------------------------------------------------------------------------------------------------


def overlay(target, layer):
    """Relative paths, so that no character of the store's own path can be taken for an option."""
    os.chdir(layer["in"])
    options = f"lowerdir={layer['lower']},upperdir={layer['upper']},workdir={layer['work']},userxattr,xino=off"
    try:
        mount("overlay", target, "overlay", 0, options + ",volatile")
    except OSError:
        mount("overlay", target, "overlay", 0, options)


def mount_all(root, mounts):
    """In the order given. Points below /deps and /tools are made on a small file system of the action's own."""
    tops = sorted({each["at"].split("/")[1] for each in mounts} & {"deps", "tools"})
    for top in tops:
        mount("tmpfs", f"{root}/{top}", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")
    for each in mounts:
        target = root + each["at"]
        os.makedirs(target, exist_ok=True)
        if "overlay" in each:
            overlay(target, each["overlay"])
        else:
            bind(each["from"], target, each["readOnly"])
    for top in tops:
        mount(None, f"{root}/{top}", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def isolate(root, request, network):
    check(libc.unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS), "unshare")
    name = b"mobileops"
    check(libc.sethostname(name, len(name)), "sethostname")
    if network:
        check(libc.setns(network.fd, CLONE_NEWNET), "setns")
    mount_all(root, request["mounts"])
    # Where root calls, uid 0 of the sandbox is the host's, and for /proc/sys and the like the kernel asks for nothing else.
    mount("proc", root + "/proc", "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)
    if request["network"]:
        for path in request["networkFiles"]:
            bind(path, root + path)
    os.chdir(root)
    check(libc.pivot_root(b".", b"."), "pivot_root")
    check(libc.umount2(b".", MNT_DETACH), "umount")
    os.chdir("/")
    mount(None, "/", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


class Network:
    """A network namespace with nothing but loopback, lent to one action at a time, again only if the last one left no trace.

    To make one and to take it down costs more than all other namespaces together. A thread makes it: this process could not
    return to the host's, which belongs to another user namespace.
    """

    def __init__(self):
        self.error = None
        done = _thread.allocate_lock()
        done.acquire()
        _thread.start_new_thread(self.make, (done,))
        done.acquire()
        if self.error:
            raise self.error

    def make(self, done):
        try:
            check(libc.unshare(CLONE_NEWNET), "unshare")
            lo_up()
            self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            self.fresh = network_state("/proc/thread-self/net")
        except OSError as error:
            self.error = error
        finally:
            done.release()

    def is_clean(self):
        """In a process of this namespace when all others are gone."""
        try:
            return network_state("/proc/self/net") == self.fresh
        except OSError:
            return False

    def close(self):
        os.close(self.fd)


def lo_up():
    control = libc.socket(2, 2, 0)  # AF_INET, SOCK_DGRAM
    check(0 if control >= 0 else -1, "socket")
    try:
        request = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(control, 0x8914, request)  # SIOCSIFFLAGS
    finally:
        os.close(control)


def network_state(folder):
    """Every count that traffic moves, and the sockets that are there."""
    found = [read_if_there(f"{folder}/{name}") for name in ("dev", "snmp", "snmp6", "netstat", "unix", "ip6_flowlabel")]
    for name in ("sockstat", "sockstat6"):  # other numbers of these are the whole machine's
        words = read_if_there(f"{folder}/{name}").split()
        found += [words[index : index + 2] for index, word in enumerate(words) if word in (b"used", b"inuse", b"tw")]
    return found


def read_if_there(path):
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return b""
    try:
        found = b""
        while chunk := os.read(fd, 65536):
            found += chunk
        return found
    finally:
        os.close(fd)


def drop_powers():
    """For what is started from here on: the exec gives uid 0 only what the bounding set still has."""
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # our /proc/1/fd leads to the host's files
    for number in range(64):
        if number not in KEPT_CAPABILITIES and libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
            if ctypes.get_errno() == errno.EINVAL:
                return  # beyond the last one that this kernel knows
            raise OSError(ctypes.get_errno(), "cannot drop capabilities")


def spawn_action(request, output):
    """The pid of its process, which is made without a copy of this one."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    os.umask(0o022)
    argv, env = request["argv"], request["env"]
    refused = None
    try:
        os.chdir(request["cwd"])
        for program in programs(argv[0], env.get("PATH", os.defpath)):
            try:
                return spawn(program, argv, env, output)
            except (FileNotFoundError, NotADirectoryError) as error:
                refused = refused or error
            except PermissionError as error:
                refused = error
    except OSError as error:
        refused = error
    raise NotStarted(f"cannot start {argv[0]}: {refused.strerror}")


def programs(name, path):
    return [name] if "/" in name else [os.path.join(folder, name) for folder in path.split(":")]


def spawn(program, argv, env, output):
    files = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, output, 1),
        (os.POSIX_SPAWN_DUP2, output, 2),
    ]
    options = {"file_actions": files, "setsigdef": (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ)}
    try:
        return os.posix_spawn(program, argv, env, setsid=True, **options)
    except NotImplementedError:
        return os.posix_spawn(program, argv, env, setpgroup=0, **options)


class Log:
    """The action's output in a file: its start, and its end through a buffer of fixed size."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        self.size = 0
        self.tail = bytearray()
        self.unwritten = bytearray()  # where the disk is full

    def keep(self, data):
        try:
            while data and not self.unwritten:
                data = data[os.write(self.fd, data):]
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
        self.unwritten += data
        del self.unwritten[:-UNWRITTEN_BYTES]

    def write(self, chunk):
        room = max(0, HEAD_BYTES - self.size)
        self.size += len(chunk)
        if room:
            self.keep(chunk[:room])
        if len(chunk) > room:
            self.tail += chunk[room:]
            if len(self.tail) > 2 * TAIL_BYTES:
                del self.tail[:-TAIL_BYTES]

    def close(self):
        if self.tail:
            del self.tail[:-TAIL_BYTES]
            left_out = self.size - HEAD_BYTES - len(self.tail)
            if left_out > 0:
                self.keep(f"\n[mobileops: {left_out} bytes of output left out]\n".encode())
            self.keep(bytes(self.tail))
        os.close(self.fd)


class Memory:
    """The file system in memory that an action writes to. What comes near its end is ended before it can notice."""

    def __init__(self, request):
        self.fd = os.open(request["at"], os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) if request else None
        self.leave = request["leaveBytes"] if request else 0

    def wait_ms(self):
        return None if self.fd is None else MEMORY_WATCH_MS

    def check(self):
        if self.fd is None:
            return
        state = os.fstatvfs(self.fd)
        if state.f_bavail * state.f_frsize < self.leave or state.f_favail < state.f_files // 4:
            raise TooLarge


def supervise(main, output, log, memory):
    """Collects output and children until the action's first process is gone; gives its wait status."""
    os.set_blocking(output, False)
    poll = select.poll()
    poll.register(output, select.POLLIN)
    wake_read, wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    poll.register(wake_read, select.POLLIN)
    status = reap(main)
    while status is None:
        for fd, _ in poll.poll(memory.wait_ms()):
            if fd == wake_read:
                os.read(wake_read, 4096)
            elif not pump(output, log):
                poll.unregister(output)
        memory.check()
        status = reap(main)
    while pump(output, log):
        pass
    return status


def reap(main):
    """Waits for every child that has ended; the status of `main` once it is among them."""
    found = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        if pid == main:
            found = status


def pump(output, log):
    """True while there may be more to read."""
    try:
        chunk = os.read(output, 65536)
    except BlockingIOError:
        return False
    if chunk:
        log.write(chunk)
    return bool(chunk)


def opaque_folders(fd):
    """Folders of the upper layer that hide the lower one whole, which only an extended attribute tells.

    What lies too deep for a path is left out: it is refused as an output.
    """
    found, waiting = [], ["."]
    while waiting:
        path = waiting.pop()
        try:
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=fd)
        except OSError:
            continue
        try:
            with os.scandir(folder) as entries:
                waiting += [os.path.join(path, entry.name) for entry in entries if entry.is_dir(follow_symlinks=False)]
            if path != "." and os.getxattr(folder, "user.overlay.opaque") == b"y":
                found.append(os.path.normpath(path))
        except OSError:
            pass
        finally:
            os.close(folder)
    return found


def inode_flags(fd):
    """Those that `chattr` sets and a new folder would not have but from its parent."""
    try:
        return struct.unpack("q", fcntl.ioctl(fd, FS_IOC_GETFLAGS, bytes(8)))[0] & SETTABLE_FLAGS
    except OSError:
        return 0


def flags_of(folder):
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return inode_flags(fd)
    finally:
        os.close(fd)


def are_unmarked(folders, flags):
    """Whether an action left nothing on the folders themselves that stays when they are emptied: ACLs, attributes, flags."""
    try:
        for folder in folders:
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                if inode_flags(fd) != flags:
                    return False
                if any(not name.startswith("security.") for name in os.listxattr(fd)):
                    return False
            finally:
                os.close(fd)
        return True
    except (OSError, AttributeError):
        return False


class NotStarted(Exception):
    """The action's program is not there or is none."""


class TooLarge(Exception):
    """The action has written more than may be kept in memory."""


def run_action(root, request, network, result):
    """In a process of its own: sets up, runs, waits, reports on `result`; never returns."""
    reply = {"exit": None, "signal": 0, "error": "", "cpuMs": 0, "rssBytes": 0, "opaque": [], "outputBytes": 0}
    log = Log(request["log"])
    memory = Memory(request.get("memory"))
    upper = os.open(request["upper"], os.O_RDONLY | os.O_DIRECTORY) if request.get("upper") else None
    flags = flags_of(os.path.dirname(request["log"]))
    main = 0

    def terminate(*_):
        if root:
            os.kill(-1, signal.SIGTERM)
        elif main:
            os.killpg(main, signal.SIGTERM)

    def give_up(*_):
        end_descendants(main)
        os._exit(1)

    try:
        if root:
            isolate(root, request, network)
            drop_powers()
        else:
            become_subreaper()
        output, child_output = os.pipe2(os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, terminate)
        if not root:
            signal.signal(signal.SIGUSR1, give_up)
            die_with_parent(signal.SIGUSR1)
        main = spawn_action(request, child_output)
        os.close(child_output)
        status = supervise(main, output, log, memory)
        reply["signal"] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        reply["exit"] = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        end_descendants(main if not root else -1)
        reply["isUnmarked"] = are_unmarked(request["reused"], flags)
        reply["isNetworkClean"] = network is not None and network.is_clean()
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        reply["cpuMs"] = round((usage.ru_utime + usage.ru_stime) * 1000, 1)
        reply["rssBytes"] = usage.ru_maxrss * (1024 if sys.platform == "linux" else 1)
        if upper is not None:
            reply["opaque"] = opaque_folders(upper)
    except NotStarted as error:
        reply["error"] = str(error)
    except TooLarge:
        end_descendants(main if not root else -1)
        reply["isTooLarge"] = True
    except OSError as error:
        reply["error"] = f"sandbox: {error.strerror or error}"
        reply["isDiskFull"] = error.errno in DISK_FULL
    reply["outputBytes"] = log.size
    try:
        log.close()
    except OSError as error:
        reply["error"] = reply["error"] or f"log: {error.strerror}"
    if log.unwritten:
        reply["isDiskFull"] = True
        reply["unwritten"] = log.unwritten.decode("utf-8", "replace")
    data = json.dumps(reply).encode()
    while data:
        data = data[os.write(result, data):]
    os._exit(0)


def become_subreaper():
    if sys.platform == "linux":
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_descendants(main):
    """SIGKILL to whatever the action left running; -1: everything in this pid namespace."""
    if main == -1:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
    elif main:
        try:
            os.killpg(main, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    try:
        while True:
            # As their subreaper we are the parent of every process whose own parent is gone; nearly always none is left.
            while os.waitpid(-1, os.WNOHANG if main > 0 else 0)[0]:
                pass
            for pid in children_of(os.getpid()):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(-1, 0)
    except (ChildProcessError, ProcessLookupError):
        pass


def children_of(parent):
    found = []
    if not os.path.isdir("/proc/self"):
        return found
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rsplit(b")", 1)[1].split()
                if int(fields[1]) == parent:
                    found.append(int(name))
            except (OSError, IndexError):
                continue
    return found


# --- the loop ------------------------------------------------------------------------------------------------------


class Launcher:
    def __init__(self, namespaces):
        self.namespaces = namespaces
        self.roots = {}  # by place
        self.own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC) if namespaces else None
        self.networks = []  # that no action uses
        self.actions = {}  # result fd -> {"id", "pid", "data", "network"}
        self.input = b""
        self.poll = select.poll()
        self.poll.register(0, select.POLLIN)

    def say(self, message):
        data = json.dumps(message).encode() + b"\n"
        while data:
            data = data[os.write(1, data):]

    def start(self, request):
        root = self.roots[request["root"]] if self.namespaces else None
        network = None
        if self.namespaces and not request["network"]:
            network = self.networks.pop() if self.networks else Network()
        result, child_result = os.pipe2(os.O_CLOEXEC)
        if self.namespaces:
            check(libc.unshare(CLONE_NEWPID), "unshare")
        pid = os.fork()
        if pid == 0:
            try:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                os.close(0)
                os.close(1)
                os.open("/dev/null", os.O_RDWR)
                os.open("/dev/null", os.O_RDWR)
                run_action(root, request, network, child_result)
            finally:
                os._exit(1)
        if self.namespaces:
            check(libc.setns(self.own_pids, CLONE_NEWPID), "setns")
        os.close(child_result)
        self.actions[result] = {"id": request["id"], "pid": pid, "data": b"", "network": network}
        self.poll.register(result, select.POLLIN)

    def kill(self, request):
        for action in self.actions.values():
            if action["id"] == request["id"]:
                hard = signal.SIGKILL if self.namespaces else signal.SIGUSR1
                os.kill(action["pid"], signal.SIGTERM if request["signal"] == "TERM" else hard)

    def handle(self, line):
        request = json.loads(line)
        if request["op"] == "run":
            try:
                self.start(request)
            except OSError as error:
                self.say({"id": request["id"], "exit": None, "signal": 0, "error": f"sandbox: {error}", "cpuMs": 0,
                          "rssBytes": 0, "opaque": [], "outputBytes": 0})
        elif request["op"] == "kill":
            self.kill(request)
        elif request["op"] == "root":
            try:
                self.roots[request["at"]] = make_root(request) if self.namespaces else None
                self.say({"ready": True, "memory": serves_actions(request.get("memory"))})
            except OSError as error:
                self.say({"error": str(error)})

    def collect(self, fd):
        action = self.actions[fd]
        chunk = os.read(fd, 65536)
        if chunk:
            action["data"] += chunk
            return
        self.poll.unregister(fd)
        os.close(fd)
        del self.actions[fd]
        status = os.waitpid(action["pid"], 0)[1]
        lost = {"exit": None, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 9, "error": "",
                "cpuMs": 0, "rssBytes": 0, "opaque": [], "outputBytes": 0}
        reply = json.loads(action["data"]) if action["data"] else lost
        is_clean = reply.pop("isNetworkClean", False)
        if is_clean:
            self.networks.append(action["network"])
        elif action["network"]:
            action["network"].close()
        self.say({"id": action["id"], **reply})

    def serve(self):
        while True:
            for fd, _ in self.poll.poll():
                if fd != 0:
                    self.collect(fd)
                    continue
                chunk = os.read(0, 1 << 20)
                if not chunk:
                    return
                *lines, self.input = (self.input + chunk).split(b"\n")
                for line in lines:
                    self.handle(line)

    def end(self):
        """In a pid namespace our own exit ends everything; elsewhere each action is told and waited for."""
        if not self.namespaces:
            for action in self.actions.values():
                os.kill(action["pid"], signal.SIGUSR1)
            for action in self.actions.values():
                os.waitpid(action["pid"], 0)


def main():
    namespaces = sys.argv[1] == "namespaces"
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # what our caller left open is nothing for actions
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    if namespaces:
        try:
            enter_namespaces()
        except OSError as error:
            os.write(1, json.dumps({"error": str(error)}).encode() + b"\n")
            os._exit(1)
    else:
        die_with_parent(signal.SIGTERM)
        signal.signal(signal.SIGTERM, lambda *_: (launcher.end(), os._exit(1)))
    launcher = Launcher(namespaces)
    try:
        launcher.serve()
    finally:
        launcher.end()
        os._exit(0)


if __name__ == "__main__":
    main()
