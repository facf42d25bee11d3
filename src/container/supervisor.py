"""The outermost process: makes the worker's namespaces, ends it when our caller is gone, removes what it left.

With the word `streams` our caller's own standard streams are descriptors 3 to 5, for a service.
"""

import json
import os
import select
import signal
import sys

import kernel
import worker

IDS = 65536  # that a user must be able to map beside the own one


class NoIds(Exception):
    """The helpers of the shadow package refused the range."""


def main():
    streams = range(3, 6 if sys.argv[1:] == ["streams"] else 3)
    for fd in streams:
        os.set_inheritable(fd, False)
    os.closerange(3 + len(streams), 4096)
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    wake, woken = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    kernel.libc.prctl(kernel.PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    line, newline, rest = read_line()
    if not newline:
        return
    request = json.loads(line)
    os.umask(0o077)
    commands, onward = os.pipe2(os.O_CLOEXEC)
    pid = start_worker(request, commands)
    os.close(commands)
    pass_on(onward, rest)
    restore = restorer(streams)
    if not wait_for(pid, wake, onward):
        restore()
        os.waitpid(start_worker({**request, "op": "sweep"}), 0)
        say({"failed": {"kind": "killed", "message": "was killed: often too little memory"}})


def restorer(streams):
    """Gives our caller's terminal back as it is now: the worker may leave it as no shell wants it."""
    if not streams or not os.isatty(streams[0]):
        return lambda: None
    import termios

    state = termios.tcgetattr(streams[0])
    return lambda: termios.tcsetattr(streams[0], termios.TCSADRAIN, state)


def read_line():
    """The first line, its end, and what came with it."""
    data = bytearray()
    while b"\n" not in data:
        chunk = os.read(0, 1 << 16)
        if not chunk:
            break
        data += chunk
    return bytes(data).partition(b"\n")


def say(message):
    data = json.dumps(message).encode() + b"\n"
    try:
        while data:
            data = data[os.write(1, data) :]
    except OSError:
        pass  # nobody listens any more


def wait_for(pid, wake, onward):
    """Until the worker ends, or is ended because our caller went away; what that says goes onward. Whether it came to its own end."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    poll.register(wake, select.POLLIN)
    while True:
        for fd, _ in poll.poll():
            if fd == 0:
                said = os.read(0, 1 << 16)
                if not said:
                    poll.unregister(0)
                    os.kill(pid, signal.SIGKILL)
                pass_on(onward, said)
            elif fd == wake:
                signals = os.read(wake, 4096)
                found, status = os.waitpid(pid, os.WNOHANG)
                if found:
                    return os.waitstatus_to_exitcode(status) == 0
                if signal.SIGTERM in signals:
                    os.kill(pid, signal.SIGKILL)


def pass_on(onward, said):
    try:
        os.write(onward, said)
    except OSError:
        pass  # the worker has ended


def start_worker(request, commands=None):
    """Root does it itself, in the machine's own user namespace; a user in a new one, where uid 0 is the user."""
    parent = os.getpid()
    entered, has_entered = os.pipe2(os.O_CLOEXEC)
    mapped, has_mapped = os.pipe2(os.O_CLOEXEC)
    is_root = request["ids"] is None
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            for number in (signal.SIGTERM, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            signal.set_wakeup_fd(-1)
            kernel.die_with_parent(parent)
            for fd in (entered, has_mapped):
                os.close(fd)
            kernel.unshare(kernel.CLONE_NEWNS | (0 if is_root else kernel.CLONE_NEWUSER))
            os.write(has_entered, b".")
            if not is_root:
                become_root(mapped)
            kernel.die_with_parent(parent)
            kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
            code = worker.work(request, say, commands)
        except OSError as error:
            say({"failed": {"kind": "no-namespaces", "message": f"{error.strerror or error}"}})
            code = 0
        except NoIds:
            code = 0
        except BaseException as error:  # a fault of ours: told as one, and never with the request
            say({"failed": {"kind": "internal", "message": trace_of(error)}})
            code = 0
        finally:
            os._exit(code)
    for fd in (has_entered, mapped):
        os.close(fd)
    if os.read(entered, 1) and not is_root:
        try:
            map_ids(pid, request["ids"])
            os.write(has_mapped, b".")
        except NoIds as error:
            say({"failed": {"kind": "no-ids", "message": str(error)}})
    os.close(entered)
    os.close(has_mapped)
    return pid


def trace_of(error):
    found, at = [], error.__traceback__
    while at:
        found.append(f"{os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}")
        at = at.tb_next
    return f"{type(error).__name__}: {error} ({' '.join(found)})"


def become_root(mapped):
    if not os.read(mapped, 1):
        raise NoIds
    os.setresgid(0, 0, 0)
    os.setgroups([])
    os.setresuid(0, 0, 0)


def map_ids(pid, ids):
    for helper, own, start in (("newuidmap", os.getuid(), ids["uidStart"]), ("newgidmap", os.getgid(), ids["gidStart"])):
        argv = [helper, str(pid), "0", str(own), "1", "1", str(start), str(IDS)]
        read, write = os.pipe2(os.O_CLOEXEC)
        try:
            child = os.posix_spawnp(helper, argv, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, write, 2)])
        except OSError as error:
            raise NoIds(f"{helper}: {error.strerror}") from None
        os.close(write)
        with open(read, "rb") as file:
            message = file.read(4096).decode("utf-8", "replace").strip()
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
            raise NoIds(message or f"{helper} refused the range")
