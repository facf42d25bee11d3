"""Starts the program of `container.py` by a fork for each run: all that it imports is there already.

  stdin   lines ID MARK TEXT: `+` start a run, `=` a line for it, `.` no more lines, `!` kill it
  stdout  lines ID MARK TEXT: `=` a line of its output, `~` of its errors, `.` its end, with the exit code

ID is a number of our caller's. A run is a process like any other start of the program: it reads its own standard input and
dies with us, and the end of our own input ends all of them. Nothing of a run stays here.
"""

import gc
import os
import select
import signal
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import supervisor  # noqa: E402


class Run:
    def __init__(self, pid, stdin, outputs):
        self.pid, self.stdin, self.waiting, self.ends = pid, stdin, bytearray(), False
        self.outputs = outputs  # descriptor -> (mark, what came of a line)

    def stop_writing(self):
        if self.stdin is not None:
            os.close(self.stdin)
            self.stdin = None


class Server:
    def __init__(self):
        self.runs = {}
        self.owners = {}  # descriptor of an output -> id
        self.poll = select.poll()
        self.poll.register(0, select.POLLIN)

    def serve(self):
        rest = b""
        while True:
            for fd, events in self.poll.poll():
                if fd == 0:
                    chunk = os.read(0, 1 << 16)
                    if not chunk:
                        return
                    *lines, rest = (rest + chunk).split(b"\n")
                    for line in lines:
                        self.obey(line)
                elif fd in self.owners:
                    self.collect(fd)
                elif events:
                    self.feed(fd)

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
            self.poll.register(run.stdin, select.POLLOUT)
        elif run.waiting:
            run.ends = True
        else:
            run.stop_writing()

    def feed(self, fd):
        run = next((each for each in self.runs.values() if each.stdin == fd), None)
        if run is None:
            self.poll.unregister(fd)
            return
        try:
            del run.waiting[: os.write(fd, run.waiting)]
        except BlockingIOError:
            return
        except OSError:
            run.waiting.clear()  # it reads no more
        if not run.waiting:
            self.poll.unregister(fd)
            if run.ends:
                run.stop_writing()

    # --- what comes from it ----------------------------------------------------------------------------------------------

    def collect(self, fd):
        name = self.owners[fd]
        run = self.runs[name]
        mark, rest = run.outputs[fd]
        chunk = os.read(fd, 1 << 16)
        *lines, rest = (rest + chunk).split(b"\n")
        if not chunk and rest:
            lines, rest = [*lines, rest], b""
        say(b"".join(name + mark + line + b"\n" for line in lines))
        run.outputs[fd] = mark, rest
        if not chunk:
            self.poll.unregister(fd)
            os.close(fd)
            del self.owners[fd], run.outputs[fd]
            if not run.outputs:
                self.end(name, run)

    def end(self, name, run):
        if run.stdin is not None and run.waiting:
            self.poll.unregister(run.stdin)
        run.stop_writing()
        status = os.waitpid(run.pid, 0)[1]
        del self.runs[name]
        say(name + b".%d\n" % os.waitstatus_to_exitcode(status))

    def start(self, name):
        pipes = [os.pipe2(os.O_CLOEXEC) for _ in range(3)]
        pid = os.fork()
        if pid == 0:
            become_run(pipes)
        ours = [pipes[0][1], pipes[1][0], pipes[2][0]]
        for fd in (pipes[0][0], pipes[1][1], pipes[2][1]):
            os.close(fd)
        os.set_blocking(ours[0], False)
        self.runs[name] = Run(pid, ours[0], {ours[1]: (b"=", b""), ours[2]: (b"~", b"")})
        for fd in ours[1:]:
            self.owners[fd] = name
            self.poll.register(fd, select.POLLIN)


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
