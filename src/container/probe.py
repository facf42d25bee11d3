"""A program beside the command of a service: in the same namespaces, as the same user, for a limited time."""

import base64
import os
import signal
import time

import accounts
import command
import kernel
import program
from relay import CHUNK, IN

MAX_OUTPUT = 4096
JOINED = kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWCGROUP


class Probe:
    """`asked`: the request of the service with `argv` and `timeoutMs` of the probe; `pidfd` is of the command."""

    def __init__(self, loop, asked, pidfd):
        self.loop, self.data, self.result = loop, b"", None
        self.deadline = time.monotonic() + asked["timeoutMs"] / 1000
        self.output, child_output = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self.output, False)
        self.pid = os.fork()
        if self.pid == 0:
            run(asked, pidfd, child_output)
        os.close(child_output)
        self.pidfd = os.pidfd_open(self.pid)
        loop.watch(self.output, IN, self.read)
        loop.watch(self.pidfd, IN, self.end)

    def read(self):
        """Whether there may be more."""
        try:
            data = os.read(self.output, CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self.loop.forget(self.output, IN)
        self.data = (self.data + data)[:MAX_OUTPUT]
        return bool(data)

    def end(self, is_late=False):
        """Others may hold its output open: what is not there yet is not waited for."""
        found, status = os.waitpid(self.pid, 0 if is_late else os.WNOHANG)
        if not found:
            return
        while self.read():
            pass
        for fd in (self.output, self.pidfd):
            self.loop.forget(fd, IN)
            os.close(fd)
        self.result = {"exitCode": command.code_of(status), "output": base64.b64encode(self.data).decode(), "isLate": is_late}

    def is_over(self):
        if self.result is None and time.monotonic() >= self.deadline:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                os.kill(self.pid, signal.SIGKILL)
            self.end(is_late=True)
        return self.result is not None


def run(asked, pidfd, output):
    code = 126
    try:
        # In there others can see this process before it is the program.
        kernel.libc.prctl(kernel.PR_SET_DUMPABLE, 0, 0, 0, 0)
        kernel.shut_keyrings()
        kernel.enter_namespaces(pidfd, JOINED | (kernel.CLONE_NEWNET if asked["network"] == "none" else 0))
        os.umask(0o022)
        os.chdir(asked["workingDirectory"])
        for number, fd in enumerate((os.open("/dev/null", os.O_RDONLY), output, output)):
            os.dup2(fd, number)
        program.become(asked["argv"], asked["env"], accounts.resolve(asked["user"]))
    except program.NoProgram as error:
        code, message = 127, str(error)
    except (command.NotStarted, accounts.UnknownUser) as error:
        message = str(error)
    except Exception as error:  # in any case, for the worker must not go on in this process
        message = str(error)
    try:
        os.write(output, message.encode("utf-8", "replace"))
    finally:
        os._exit(code)
