"""What a program of an image is to its starter: why it cannot be started, and which signals reach it."""

import errno
import os
import signal

import command


class NoProgram(command.NotStarted):
    kind = "no-program"


class NotExecutable(command.NotStarted):
    kind = "not-executable"


def become(argv, env, identity):
    """This process becomes the program, or says why it cannot."""
    name = argv[0]
    try:
        command.turn_into(argv, env, identity)
    except FileNotFoundError:
        if "/" in name and os.path.exists(name):
            raise NoProgram(f"cannot start {name}: the image lacks the interpreter or the loader that it names") from None
        where = "" if "/" in name else " in its PATH"
        raise NoProgram(f"cannot start {name}: the image has no such program{where}") from None
    except ValueError:
        raise NotExecutable(f"cannot start {shown(name)}: a word of it or a variable cannot be handed to a program") from None
    except OSError as error:
        why = "it is not a program that this machine can run" if error.errno == errno.ENOEXEC else error.strerror
        raise NotExecutable(f"cannot start {name}: {why}") from None


def shown(text):
    return text.encode("utf-8", "backslashreplace").decode()


def signal_number(text):
    """Of a STOPSIGNAL: `SIGTERM`, `term`, `15`, `RTMIN+3`."""
    if text.isdigit():
        return int(text)
    name = text.upper().removeprefix("SIG")
    if name[:5] in ("RTMIN", "RTMAX"):
        return getattr(signal, f"SIG{name[:5]}") + int(name[5:] or 0)
    return int(getattr(signal, f"SIG{name}", signal.SIGTERM))


def is_lost(pid, number):
    """Whether the kernel would drop the signal, because the first process of a pid namespace neither catches it nor waits for it."""
    if number == signal.SIGKILL:
        return False
    try:
        caught = mask(f"/proc/{pid}/status", "SigCgt:")
        threads = [mask(f"/proc/{pid}/task/{each}/status", "SigBlk:") for each in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return False
    return not any(each >> (number - 1) & 1 for each in (caught, *threads))


def mask(path, name):
    with open(path, encoding="utf-8") as file:
        return next((int(line.split()[1], 16) for line in file if line.startswith(name)), 0)
