"""How the standard streams of a service are passed on: three pipes, so that nothing of ours is in its hands.

Our caller's standard streams are descriptors 3 to 5. `Pipes` and `Terminal` are told from in turn: `connect` in the process that is to
be the command, `begin` in the worker once it runs, `end` at the end.
"""

import os

from relay import Flow

INPUT, OUTPUT = 3, 4


class Pipes:
    def __init__(self, request):
        self.request = request
        (stdin, self.to_stdin), *outputs = [os.pipe2(os.O_CLOEXEC) for _ in range(3)]
        self.theirs = [stdin, *(write for _, write in outputs)]
        self.outputs = [read for read, _ in outputs]
        # What others may not keep, since somebody waits for the end of it.
        self.ends = (*self.theirs, self.to_stdin, *self.outputs)

    def connect(self, identity):
        if self.request["stdin"] == "none":
            self.theirs[0] = os.open("/dev/null", os.O_RDONLY)
        else:
            os.fchown(self.theirs[0], *identity[:2])
        for number, fd in enumerate(self.theirs):
            if number:
                os.fchown(fd, *identity[:2])  # so that /dev/stdout can be opened by who is not root
            os.dup2(fd, number)

    def begin(self, loop):
        """The ways out that are not at their end."""
        flows = set()

        def end(flow):
            os.close(flow.source)
            flows.discard(flow)

        for fd in self.theirs:
            os.close(fd)
        flows |= {Flow(loop, ends, end) for ends in zip(self.outputs, self.request["outputs"])}
        # A terminal is read when it is asked for: it is not ours alone.
        wanted = self.request["stdin"]
        if wanted == "always" or wanted == "unless-terminal" and not os.isatty(INPUT):
            Flow(loop, (INPUT, self.to_stdin), lambda flow: os.close(flow.target))
        else:
            os.close(self.to_stdin)
        return flows

    def look(self):
        """When to look again at what nobody tells; never."""

    def end(self):
        pass
