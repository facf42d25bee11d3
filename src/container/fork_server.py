"""Starts the program of `container.py` by a fork for each run: all that it imports is there already.

  stdin   lines ID MARK TEXT: `+` start a run, `=` a line for it, `.` no more lines, `!` kill it
  stdout  lines ID MARK TEXT: `=` a line of its output, `~` of its errors, `.` its end, with the exit code

ID is a number of our caller's. A run is a process like any other start of the program: it reads its own standard input and
dies with us, and the end of our own input ends all of them. Nothing of a run stays here.
"""

import gc
import os
import signal
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import supervisor  # noqa: E402
from relay import CHUNK, IN, OUT, Loop  # noqa: E402


class Run:
    def __init__(self, name, pid, stdin):
        self.name, self.pid, self.stdin = name, pid, stdin
        self.waiting, self.ends = bytearray(), False
        self.outputs = {}  # descriptor -> (mark, what came of a line)


class Closed(Exception):
    """Our caller has no more to say."""


class Server:
    def __init__(self):
        self.runs, self.loop, self.heard = {}, Loop(), b""

    def serve(self):
        self.loop.watch(0, IN, self.hear)
        try:
            while True:
                self.loop.turn()
        except Closed:
            pass

    def hear(self):
        chunk = os.read(0, CHUNK)
        if not chunk:
            raise Closed
        *lines, self.heard = (self.heard + chunk).split(b"\n")
        for line in lines:
            self.obey(line)

    def obey(self, line):
        length = next(at for at, each in enumerate(line) if not 48 <= each <= 57)
        name, mark, text = line[:length], line[length : length + 1], line[length + 1 :]
        if mark == b"+":
            self.start(name)
        elif name not in self.runs:
            return  # it has ended
        elif mark == b"!":
            os.kill(self.runs[name].pid, signal.SIGKILL)
        else:
            self.write(self.runs[name], text + b"\n" if mark == b"=" else None)

    # --- what goes to a run: never waited for, since others go on ------------------------------------------------------

    def write(self, run, data):
        """`None` is the end."""
        if run.stdin is None:
            return
        if data is not None:
            run.waiting += data
            self.loop.watch(run.stdin, OUT, lambda: self.feed(run))
        elif run.waiting:
            run.ends = True
        else:
            self.stop_writing(run)

    def feed(self, run):
        try:
            del run.waiting[: os.write(run.stdin, run.waiting)]
        except BlockingIOError:
            return
        except OSError:
            run.waiting.clear()  # it reads no more
        if not run.waiting:
            self.loop.forget(run.stdin, OUT)
            if run.ends:
                self.stop_writing(run)

    def stop_writing(self, run):
        if run.stdin is not None:
            self.loop.forget(run.stdin, OUT)
            os.close(run.stdin)
            run.stdin = None

    # --- what comes from it ----------------------------------------------------------------------------------------------

    def collect(self, run, fd):
        mark, rest = run.outputs[fd]
        chunk = os.read(fd, CHUNK)
        *lines, rest = (rest + chunk).split(b"\n")
        if not chunk and rest:
            lines, rest = [*lines, rest], b""
        say(b"".join(run.name + mark + line + b"\n" for line in lines))
        run.outputs[fd] = mark, rest
        if not chunk:
            self.loop.forget(fd, IN)
            os.close(fd)
            del run.outputs[fd]
            if not run.outputs:
                self.end(run)

    def end(self, run):
        self.stop_writing(run)
        status = os.waitpid(run.pid, 0)[1]
        del self.runs[run.name]
        say(run.name + b".%d\n" % os.waitstatus_to_exitcode(status))

    def start(self, name):
        pipes = [os.pipe2(os.O_CLOEXEC) for _ in range(3)]
        pid = os.fork()
        if pid == 0:
            become_run(pipes)
        for fd in (pipes[0][0], pipes[1][1], pipes[2][1]):
            os.close(fd)
        run = self.runs[name] = Run(name, pid, pipes[0][1])
        os.set_blocking(run.stdin, False)
        for (fd, _), mark in zip(pipes[1:], (b"=", b"~")):
            run.outputs[fd] = mark, b""
            self.loop.watch(fd, IN, lambda fd=fd: self.collect(run, fd))


def become_run(pipes):
    """What a start of the program would be; the supervisor closes all else."""
    try:
        for fd, (read, write) in enumerate(pipes):
            os.dup2(write if fd else read, fd)
        supervisor.main()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(1)


def say(data):
    while data:
        data = data[os.write(1, data) :]


def main():
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    gc.collect()
    gc.freeze()  # what is there stays as it is, and so shared with the runs
    try:
        Server().serve()
    except OSError:
        pass  # nobody listens any more


if __name__ == "__main__":
    main()
