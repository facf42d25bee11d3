"""A terminal of a service's own. Ours, meanwhile, shows it and passes every key on."""

import fcntl
import os
import socket
import termios
import time
import tty

from relay import Flow
from streams import INPUT, OUTPUT
from worker import Failed

LOOK_SECONDS = 0.3  # at the size of our terminal; its signal goes to others


class Terminal:
    """Has the same methods as `Pipes`."""

    def __init__(self):
        if not (os.isatty(INPUT) and os.isatty(OUTPUT)):
            raise Failed("no-terminal", "our standard input and output are no terminal")
        self.before = termios.tcgetattr(INPUT)
        self.ours, self.theirs = socket.socketpair()
        self.ends = (self.ours.fileno(), self.theirs.fileno())
        self.size = None

    def connect(self, identity):
        """Made in the file systems of the service, whose process it leads as its session's."""
        master, slave = os.openpty()
        os.fchown(slave, identity[0], -1)
        socket.send_fds(self.theirs, [b"."], [master])
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for fd in range(3):
            os.dup2(slave, fd)

    def begin(self, loop):
        self.theirs.close()
        _, (self.master, *_), _, _ = socket.recv_fds(self.ours, 1, 1)
        os.set_blocking(self.master, False)
        self.look()
        tty.setraw(INPUT)
        flows = set()
        flows.add(Flow(loop, (self.master, OUTPUT), flows.discard))
        Flow(loop, (INPUT, self.master), lambda flow: None)
        return flows

    def look(self):
        """Passes the size on; when to look again."""
        size = fcntl.ioctl(INPUT, termios.TIOCGWINSZ, bytes(8))
        if size != self.size:
            fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
            self.size = size
        return time.monotonic() + LOOK_SECONDS

    def end(self):
        termios.tcsetattr(INPUT, termios.TCSADRAIN, self.before)
