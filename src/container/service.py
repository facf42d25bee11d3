"""Starts an image: its command as the first process of namespaces of its own, probes beside it, until it ends.

Three processes: the worker, here, which passes on streams and ports; a guard, the first process of a pid namespace that ends with
us in any case; and the command, the first process of a pid namespace inside that one. Lines of JSON come and go:

  {"stop": SIGNAL}, {"kill": true}               to the command
  {"probe": {"argv", "timeoutMs"}}               starts a program beside it; one at a time
  {"started": {"ports"}}                         the command runs; where each port is to be found
  {"probe": {"exitCode", "output", "isLate"}}    how a probe ended
"""

import json
import os
import signal

import accounts
import command
import kernel
import program
from probe import Probe
from relay import IN, Loop
from streams import Pipes
from worker import Failed


class Service:
    """`talk`: what tells our caller, and a descriptor with what it says."""

    def __init__(self, request, talk):
        self.request = request
        self.say, self.commands = talk
        self.loop, self.heard = Loop(), b""
        self.probe = self.ports = None
        if request["ports"]:
            import ports  # with what Python needs for sockets

            self.ports = ports.Ports(self.loop, request["ports"])
        if request["hasTerminal"]:
            import terminal

            self.streams = terminal.Terminal()
        else:
            self.streams = Pipes(request)

    def run(self, stack, stacks):
        """Until the command ended and all that it wrote is out; its exit code."""
        ended, child_ended = os.pipe2(os.O_CLOEXEC)
        ready, child_ready = os.pipe2(os.O_CLOEXEC)
        go, let_go = os.pipe2(os.O_CLOEXEC)

        def become():
            # Seen with the /proc of our caller, so it is the number there.
            os.write(child_ready, os.readlink("/proc/self").encode() + b"\n")
            os.close(let_go)
            if os.read(go, 1):
                command.tell(child_ready, lambda: become_command(self.request, (stack, stacks), self.streams))

        # The guard keeps no end of a pipe whose own end others wait for.
        ends = (*self.streams.ends, child_ready, let_go)
        guard = command.fork_first(lambda: watch_over(command.fork_first(become), ends, child_ended))
        for fd in (child_ended, child_ready, go):
            os.close(fd)
        with open(ready, "rb") as file:
            self.meet(file.readline())
            os.write(let_go, b".")
            os.close(let_go)
            refused = file.read()
        if refused:
            os.waitpid(guard, 0)
            failure = json.loads(refused)
            raise Failed(failure["kind"], failure["message"])
        try:
            self.accompany(ended)
        finally:
            self.streams.end()
        os.waitpid(guard, 0)
        with open(ended, "rb") as file:
            code = file.read()
        if not code:
            raise Failed("killed", "was killed: often too little memory")
        return {"exitCode": int(code)}

    def meet(self, line):
        """The command's process, which waits for us, by a descriptor; children of ours will be in its pid namespace."""
        if not line:
            raise Failed("killed", "was killed before it started: often too little memory")
        self.pid = int(line)
        self.pidfd = os.pidfd_open(self.pid)
        kernel.enter_namespaces(self.pidfd, kernel.CLONE_NEWPID)

    def accompany(self, ended):
        """Until the guard has something to tell and all that the command wrote is out."""
        has_ended = []
        self.loop.watch(ended, IN, lambda: has_ended.append(self.loop.forget(ended, IN)))
        self.loop.watch(self.commands, IN, self.hear)
        flows = self.streams.begin(self.loop)
        self.say({"started": {"ports": self.ports.open(self.pidfd) if self.ports else []}})
        while flows or not has_ended:
            times = (self.probe and self.probe.deadline, self.streams.look())
            self.loop.turn(min((each for each in times if each), default=None))
            if self.probe and self.probe.is_over():
                self.say({"probe": self.probe.result})
                self.probe = None

    def hear(self):
        said = os.read(self.commands, 1 << 16)
        if not said:
            self.loop.forget(self.commands, IN)
        *lines, self.heard = (self.heard + said).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "probe" in message and self.probe is None:
                self.probe = Probe(self.loop, {**self.request, **message["probe"]}, self.pidfd)
            elif "stop" in message:
                number = program.signal_number(message["stop"])
                self.send(signal.SIGKILL if program.is_lost(self.pid, number) else number)
            elif "kill" in message:
                self.send(signal.SIGKILL)

    def send(self, number):
        try:
            signal.pidfd_send_signal(self.pidfd, number)
        except ProcessLookupError:
            pass  # it has ended


def watch_over(pid, ends, report):
    """The guard: waits for the command and tells how it ended."""
    for fd in ends:
        os.close(fd)
    kernel.libc.prctl(kernel.PR_SET_DUMPABLE, 0, 0, 0, 0)
    _, status = os.waitpid(pid, 0)
    os.write(report, str(command.code_of(status)).encode())
    os._exit(0)


def become_command(request, images, streams):
    kernel.shut_keyrings()
    command.enter(request, images)
    identity = accounts.resolve(request["user"])
    for path in request["volumes"]:
        make_volume(path)
    command.make_working_directory(request["workingDirectory"])
    streams.connect(identity)
    program.become(request["argv"], request["env"], identity)


def make_volume(path):
    try:
        os.makedirs(path, mode=0o755, exist_ok=True)
    except OSError as error:
        raise command.NotStarted(f"the volume {path} cannot be made: {error.strerror}") from None
