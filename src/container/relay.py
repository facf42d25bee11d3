"""Passes bytes on between descriptors in one loop of events, each way at the pace of its reader."""

import os
import select
import time

IN, OUT = select.POLLIN, select.POLLOUT
CHUNK = 1 << 16
PIECE = 4096  # what a pipe or a terminal that can be written to takes without making us wait


class Loop:
    """Calls back when descriptors can be read or written; poll(2), because it takes files too."""

    def __init__(self):
        self.poll, self.watched = select.poll(), {}

    def watch(self, fd, event, callback):
        self.watched.setdefault(fd, {})[event] = callback
        self.poll.register(fd, sum(self.watched[fd]))

    def forget(self, fd, event):
        events = self.watched.get(fd, {})
        events.pop(event, None)
        if events:
            self.poll.register(fd, sum(events))
        elif self.watched.pop(fd, None) is not None:
            self.poll.unregister(fd)

    def turn(self, deadline=None):
        """One round, which waits for an event or the time `deadline`."""
        left = None if deadline is None else max(0, (deadline - time.monotonic()) * 1000)
        for fd, seen in self.poll.poll(left):
            for event in (IN, OUT):
                # What is broken is told to whoever reads or writes it next.
                callback = self.watched.get(fd, {}).get(event) if seen & (event | ~(IN | OUT)) else None
                if callback:
                    callback()


class Flow:
    """One way from `source` to `target`; `end` is called once, at the end of the one or when the other takes no more."""

    def __init__(self, loop, ends, end, piece=PIECE):
        self.loop, self.end, self.piece = loop, end, piece
        self.source, self.target = ends
        self.data = memoryview(b"")
        loop.watch(self.source, IN, self.read)

    def read(self):
        try:
            data = os.read(self.source, CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""  # reset, or a terminal that is gone
        self.loop.forget(self.source, IN)
        if data:
            self.data = memoryview(data)
            self.loop.watch(self.target, OUT, self.write)
        else:
            self.end(self)

    def write(self):
        try:
            self.data = self.data[os.write(self.target, self.data[: self.piece]) :]
        except BlockingIOError:
            return
        except OSError:
            self.loop.forget(self.target, OUT)
            self.end(self)
            return
        if not self.data:
            self.loop.forget(self.target, OUT)
            self.loop.watch(self.source, IN, self.read)
