"""What happens with the range of ids: unpacking layers, running the command, making the new layer."""

import base64
import errno
import json
import os
import select
import signal
import stat
import time

import command
import foreign_program
import kernel
from cache_mounts import Caches
from layer_diff import LayerDiff
from layer_store import Area, LayerFailure, copy_metadata, take_layers
from network_record import NetworkRecord
from rootfs import BadMount, Stack
from tar_writer import TarWriter

DYING_SECONDS = 2


class Failed(Exception):
    def __init__(self, kind, message, **more):
        super().__init__(message)
        self.failure = {"kind": kind, "message": message, **more}


def work(request, say, commands):
    """The exit code of the worker: 0 when its end was told."""
    area = None
    try:
        area = Area(f"{request['store']}/{request['area']}", request["ids"] is None)
        if request["op"] == "probe":
            say({"done": probe(area)})
        elif request["op"] == "sweep":
            area.sweep(patience=DYING_SECONDS)
        elif request["op"] == "prune":
            area.begin()
            area.sweep()
            say({"done": area.prune(time.time() - request["unusedForMs"] / 1000)})
        elif request["op"] == "serve":
            say({"done": serve(area, request, (say, commands))})
        elif request["op"] == "try-program":
            say({"done": {"isRun": is_run(area, request["architecture"])}})
        else:
            say({"done": run(area, request, say)})
    except Failed as error:
        say({"failed": error.failure})
    except LayerFailure as error:
        say({"failed": {"kind": "bad-layer", "diffId": error.diff_id, "message": str(error)}})
    except BadMount as error:
        say({"failed": {"kind": "bad-mount", "message": str(error)}})
    except OSError as error:
        kind = "disk-full" if error.errno in kernel.DISK_FULL else "cannot-start"
        where = "" if error.filename is None else f": {os.fsdecode(error.filename)}"
        say({"failed": {"kind": kind, "message": f"{error.strerror or error}{where}"}})
    finally:
        if area is not None and hasattr(area, "lock"):
            area.end()
    return 0


def run(area, request, say):
    if os.path.lexists(request["out"]):
        os.unlink(request["out"])
    area.begin()
    area.sweep()
    stack, stacks = open_images(area, request)
    caches = Caches(area, stacks)
    caches.take(request["mounts"])
    started = int(time.time() - 0.1)  # the kernel's clock for files is a tick behind
    result = run_command(request, stack, (stacks, say))
    caches.release()
    times = {"started": started, "ended": time.time(), "epoch": request["sourceDateEpoch"]}
    layer = make_layer(stack, request["out"], times) if result["exitCode"] == 0 else {"layer": None, "scrubbed": [], "sockets": []}
    return {**result, **layer}


def serve(area, request, talk):
    import service  # which nobody else needs

    started = service.Service(request, talk)
    area.begin()
    area.sweep()
    return started.run(*open_images(area, request))


def open_images(area, request):
    """The image that a command starts in, with a place for what it writes, and those that its mounts show."""
    wanted = request["layers"] + [layer for layers in request["stacks"] for layer in layers]
    opened = take_layers(area, wanted, request["parallel"])
    stack = Stack(area, opened[: len(request["layers"])], "image")
    stacks, at = {}, len(request["layers"])
    for number, layers in enumerate(request["stacks"]):
        stacks[number] = Stack(area, opened[at : at + len(layers)], f"image-{number}")
        at += len(layers)
    for each in request["mounts"]:
        if "content" in each:
            each["content"] = base64.b64decode(each["content"])
            if "env" in each:
                request["env"][each["env"]] = each["content"].decode("utf-8", "surrogateescape")
    for name in ("upper", "work"):
        os.mkdir(f"{area.tmp}/{name}", 0o755)
    copy_metadata(stack.image, f"{area.tmp}/upper")
    return stack, stacks


def run_command(request, stack, rest):
    stacks, say = rest
    record = NetworkRecord() if request["network"] == "host" else None
    pid, output, report = command.start(request, (stack, stacks), record)
    if record is not None:
        record.follow(pid)
    deadline = None if request["timeoutMs"] is None else time.monotonic() + request["timeoutMs"] / 1000
    is_late = pump(output, say, (deadline, record))
    if is_late:
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    network = None if record is None else record.finish()
    with open(report, "rb") as file:
        told = file.read()
    if is_late:
        raise Failed("timeout", f"did not end within {request['timeoutMs']} ms", timeoutMs=request["timeoutMs"])
    if not told:
        raise Failed("killed", "was killed: often too little memory")
    result = json.loads(told)
    if "kind" in result:
        raise Failed(result["kind"], result["message"])
    return {**result, "network": network}


def pump(output, say, rest):
    """Passes the output on until its end, which comes when all processes are gone; whether the time ran out before."""
    deadline, record = rest
    listener = None if record is None else record.listener
    poll = select.poll()
    for fd in (output, listener):
        if fd is not None:
            poll.register(fd, select.POLLIN)
    while True:
        left = None if deadline is None else max(0, (deadline - time.monotonic()) * 1000)
        ready = dict(poll.poll(left))
        if not ready:
            return True
        if ready.get(listener, 0) & select.POLLIN:
            record.answer()
        elif listener in ready:
            poll.unregister(listener)  # all that could ask are gone
        if output not in ready:
            continue
        data = os.read(output, 1 << 16)
        if not data:
            os.close(output)
            return False
        say({"output": base64.b64encode(data).decode()})


def make_layer(stack, out, times):
    fd = os.open(out, os.O_CREAT | os.O_WRONLY | os.O_EXCL | os.O_CLOEXEC, 0o644)
    writer = TarWriter(fd)
    area = stack.area
    diff = LayerDiff({"upper": f"{area.tmp}/upper", "lower": stack.image, "isRoot": area.is_root, "writer": writer, **times})
    try:
        diff.run()
        found = {"diffId": writer.close(), "sizeBytes": writer.size, "entries": writer.count}
    except BaseException:
        os.unlink(out)
        raise
    finally:
        os.close(fd)
    if writer.count == 0:
        os.unlink(out)
        found = None
    return {"layer": found, "scrubbed": diff.scrubbed, "sockets": diff.sockets}


def probe(area):
    """Tries all that a run needs, once; says what failed."""
    area.begin()
    step = "owners"
    try:
        for name in ("lower", "upper", "work", "merged", "bottom"):
            os.mkdir(f"{area.tmp}/{name}", 0o755)
        with open(f"{area.tmp}/lower/file", "w", encoding="utf-8"):
            pass
        os.chown(f"{area.tmp}/lower/file", 1, 65534)
        step = "overlay"
        os.mknod(f"{area.tmp}/bottom/whiteout", stat.S_IFCHR | 0o600, 0)
        lower, bottom, upper, work, merged = (f"{area.tmp}/{name}" for name in ("lower", "bottom", "upper", "work", "merged"))
        area.overlay(merged, [lower, bottom], (upper, work))
        os.unlink(f"{merged}/file")
        if not kernel.is_whiteout(os.lstat(f"{upper}/file")):
            raise OSError(errno.ENOTSUP, "a deletion leaves no whiteout")
        kernel.detach(area.mounted.pop())
        step = "root"
        probe_root(area)
    except OSError as error:
        raise Failed("unsupported", f"{error.strerror or error}", step=step) from None
    return {}


def probe_root(area):
    """A process in all namespaces, with the kernel's file systems."""
    message = try_command(area, "/proc/self/exe-that-is-not-there").get("message", "the first process was killed")
    if not message.startswith("cannot start "):
        raise OSError(0, message)


def is_run(area, architecture):
    """Whether the machine runs programs of an architecture in a root where only they are. Without a program to try, it is taken so."""
    program = foreign_program.program(architecture)
    if program is None:
        return True
    area.begin()
    return try_command(area, "/program", program).get("exitCode") == 0


def try_command(area, path, content=None):
    """Starts one command in an empty root, where `content` makes its file; gives what the first process reports."""
    stack = Stack(area, [], "image")
    for name in ("upper", "work"):
        kernel.remove_tree(f"{area.tmp}/{name}")
        os.mkdir(f"{area.tmp}/{name}", 0o755)
    if content is not None:
        with open(f"{area.tmp}/upper{path}", "wb") as file:
            file.write(content)
        os.chmod(f"{area.tmp}/upper{path}", 0o755)
    request = {"network": "none", "hostname": "probe", "mounts": [], "user": "0", "workingDirectory": "/", "env": {}}
    request |= {"op": "probe", "argv": [path]}
    pid, output, report = command.start(request, (stack, {}))
    os.waitpid(pid, 0)
    os.close(output)
    with open(report, "rb") as file:
        told = file.read()
    return json.loads(told) if told else {}
