"""Runs one command in a root of its own, as the first process of new namespaces, and ends with it.

The command itself is the second process. When the first one ends, for whatever reason, the kernel ends all others.
"""

import ctypes
import errno
import json
import os
import resource
import signal

import accounts
import kernel
from rootfs import HOSTS, BadMount, Points, Sources, mount_kernel

# Docker's default: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT,
# MKNOD, AUDIT_WRITE, SETFCAP.
KEPT_CAPABILITIES = (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31)
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MAX_HOST_FILE_BYTES = 1 << 20


def start(request, images, record=None):
    """Forks the first process. Gives (pid, descriptor of the output, descriptor of its report)."""
    output, child_output = os.pipe2(os.O_CLOEXEC)
    report, child_report = os.pipe2(os.O_CLOEXEC)

    def body():
        os.close(output)
        os.close(report)
        tell(child_report, lambda: run(request, images, child_output, record))

    pid = fork_first(body)
    for fd in (child_output, child_report):
        os.close(fd)
    return pid, output, report


def fork_first(body):
    """The pid of the first process of a new pid namespace, which ends with us and does nothing but `body`."""
    kernel.unshare(kernel.CLONE_NEWPID)
    # Inside the new namespace our pid is not known: the end of this pipe tells that we are gone before it could ask for it.
    alive, own_life = os.pipe2(os.O_CLOEXEC)
    pid = os.fork()
    if pid == 0:
        try:
            os.close(own_life)
            kernel.libc.prctl(kernel.PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
            os.set_blocking(alive, False)
            try:
                if not os.read(alive, 1):
                    os._exit(1)
            except BlockingIOError:
                pass
            body()
        finally:
            os._exit(1)
    os.close(alive)
    return pid


def tell(report, work):
    """Reports what `work` gives, or why it failed, and ends the process."""
    try:
        say(report, work())
    except accounts.UnknownUser as error:
        say(report, {"kind": "unknown-user", "message": str(error)})
    except BadMount as error:
        say(report, {"kind": "bad-mount", "message": str(error)})
    except NotStarted as error:
        say(report, {"kind": error.kind, "message": str(error)})
    except OSError as error:
        kind = "disk-full" if error.errno in kernel.DISK_FULL else "cannot-start"
        say(report, {"kind": kind, "message": f"the root of the command could not be made: {error.strerror or error}"})
    except Exception as error:  # a fault of ours
        at = error.__traceback__
        while at.tb_next:
            at = at.tb_next
        say(report, {"kind": "internal", "message": f"{type(error).__name__}: {error} (line {at.tb_lineno})"})
    os._exit(0)


def say(fd, message):
    os.write(fd, json.dumps(message).encode())


class NotStarted(Exception):
    kind = "cannot-start"


def run(request, images, output, record):
    kernel.shut_keyrings()
    enter(request, images)
    identity = accounts.resolve(request["user"])
    make_working_directory(request["workingDirectory"])
    for fd in range(3):
        os.dup2(output if fd else os.open("/dev/null", os.O_RDONLY), fd)
    if record is not None and not record.hand_over():
        raise NotStarted("what it reaches by the network could not be recorded")
    return {"exitCode": code_of(wait_for(spawn(request, identity)))}


def code_of(status):
    """As a shell tells it."""
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def enter(request, images):
    """New namespaces, the image's root with all mounts, and nothing else of the host's in sight."""
    stack, stacks = images
    area = stack.area
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWCGROUP)
    has_own_network = request["network"] == "none"
    if has_own_network:
        kernel.unshare(kernel.CLONE_NEWNET)
        kernel.lo_up()
        if request["op"] == "serve":
            open_low_ports()
    name = request["hostname"].encode()
    kernel.check(kernel.libc.sethostname(name, ctypes.c_size_t(len(name))), "sethostname")
    os.umask(0)
    points = Points(stack.image, f"{area.tmp}/points")
    sources = Sources(area, {key: each.image for key, each in stacks.items()})
    for path in ("/proc", "/dev", "/sys"):
        if points.take(path, True) != path:
            raise BadMount(f"{path} is a symbolic link in the image")
    mounts = [(points.take(path, False), fd, False) for path, fd in network_files(request, sources)]
    for each in sorted(request["mounts"], key=lambda each: each.get("target", "").rstrip("/").count("/")):
        if "target" in each:
            fd, is_folder = sources.open(each)
            mounts.append((points.take(each["target"], is_folder), fd, is_folder))
    points.close()
    os.mkdir(f"{area.tmp}/root", 0o755)
    area.overlay(f"{area.tmp}/root", [points.folder, *stack.lowers], (f"{area.tmp}/upper", f"{area.tmp}/work"))
    mount_kernel(f"{area.tmp}/root", has_own_network)
    kernel.enter_root(f"{area.tmp}/root")
    for path, fd, is_folder in mounts:
        attach(path, fd, is_folder)
    os.umask(0o022)


def open_low_ports():
    """As other engines do, so that a user other than root can serve at port 80; only where the network is the service's own."""
    try:
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", "w", encoding="ascii") as file:
            file.write("0")
    except OSError:
        pass  # shown read-only: root of the image can do it still


def network_files(request, sources):
    """The machine's where its network is used; the command's own host name has an address in any case."""
    for path, own in (("/etc/hosts", HOSTS.encode()), ("/etc/resolv.conf", b"")):
        content = own
        if request["network"] == "host":
            try:
                with open(path, "rb") as file:
                    content = file.read(MAX_HOST_FILE_BYTES)
            except OSError:
                pass
        if path == "/etc/hosts":
            content = content.rstrip(b"\n") + f"\n127.0.1.1\t{request['hostname']}\n".encode()
        yield path, sources.text(path.rsplit("/", 1)[1], content)


def attach(path, fd, is_folder):
    """We are in the new root, so that nothing that a mount shows can lead out of it."""
    try:
        if not os.path.lexists(path):
            os.makedirs(path if is_folder else os.path.dirname(path), exist_ok=True)
            if not is_folder:
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
        kernel.attach(fd, path)
    except OSError as error:
        raise BadMount(f"{path}: {error.strerror}") from None


def make_working_directory(path):
    try:
        os.makedirs(path, mode=0o755, exist_ok=True)
        os.chdir(path)
    except OSError as error:
        raise NotStarted(f"the working directory {path} cannot be used: {error.strerror}") from None


def spawn(request, identity):
    """The pid of the command; it tells through a pipe that ends with its exec why it could not be started."""
    result, child_result = os.pipe2(os.O_CLOEXEC)
    pid = os.fork()
    if pid == 0:
        try:
            turn_into(request["argv"], request["env"], identity)
        except OSError as error:
            os.write(child_result, f"{request['argv'][0]}: {error.strerror}".encode("utf-8", "replace")[:4000])
        finally:
            os._exit(127)
    os.close(child_result)
    with open(result, "rb") as file:
        refused = file.read()
    if refused:
        raise NotStarted(f"cannot start {refused.decode('utf-8', 'replace')}")
    return pid


def turn_into(argv, env, identity):
    """This process becomes the command; returns only by an error."""
    uid, gid, more, home = identity
    if os.getsid(0) != os.getpid():
        os.setsid()
    for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGHUP, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    drop_capabilities()
    os.setgroups(more)
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    execute(argv, {"HOME": home, **env})


def execute(argv, env):
    name, encoded = argv[0], {os.fsencode(key): os.fsencode(value) for key, value in env.items()}
    if "/" in name:
        os.execve(name, argv, encoded)
    refused = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    for folder in env.get("PATH", DEFAULT_PATH).split(":"):
        try:
            os.execve(f"{folder or '.'}/{name}", argv, encoded)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError as error:
            refused = error
    raise refused


def drop_capabilities():
    """The exec gives uid 0 what the bounding set still has; other users have none."""
    for number in range(64):
        if number not in KEPT_CAPABILITIES and kernel.libc.prctl(kernel.PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
            if ctypes.get_errno() == errno.EINVAL:
                return  # beyond the last one that this kernel knows
            raise OSError(ctypes.get_errno(), "cannot drop capabilities")


def wait_for(main):
    """The status of `main`; we are the parent of whatever loses its own."""
    os.closerange(0, 3)
    kernel.libc.prctl(kernel.PR_SET_DUMPABLE, 0, 0, 0, 0)
    while True:
        pid, status = os.wait()
        if pid == main:
            return status
