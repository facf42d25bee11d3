"""Who a command runs as: `USER` of a Dockerfile, by the image's own /etc/passwd and /etc/group."""

import os
import stat

MAX_BYTES = 16 << 20
MAX_ID = (1 << 31) - 1


class UnknownUser(Exception):
    pass


def lines_of(path):
    """Fields of each line; the file is the image's, so it may be anything."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return []
    with open(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return []
        text = file.read(MAX_BYTES)
    return [line.split(":") for line in text.decode("utf-8", "surrogateescape").split("\n") if line and not line.startswith("#")]


def resolve(user):
    """(uid, gid, supplementary gids, home) of `name`, `uid`, `name:group` and so on; empty is root.

    With a group of its own a user has no supplementary groups, as with other builders.
    """
    name, colon, group = user.partition(":")
    name = name or "0"
    known = next((each for each in users() if name in (each[0], each[2])), None)
    if known is None and not name.isdigit():
        raise UnknownUser(f"user {name!r} is not in the image's /etc/passwd")
    uid, gid, home = (known[2], known[3], known[5]) if known else (name, "0", "")
    more = []
    if group:
        gid = group_id(group)
    elif colon:
        raise UnknownUser(f"{user!r} lacks a group after the colon")
    elif known:
        more = [each[2] for each in groups() if known[0] in each[3].split(",")]
    try:
        return as_id(uid), as_id(gid), sorted({as_id(each) for each in more}), home or "/"
    except ValueError:
        raise UnknownUser(f"user {user!r} has an id that is too large") from None


def users():
    return [each for each in lines_of("/etc/passwd") if len(each) >= 7 and each[2].isdigit() and each[3].isdigit()]


def groups():
    return [each for each in lines_of("/etc/group") if len(each) >= 4 and each[2].isdigit()]


def group_id(name):
    known = next((each for each in groups() if name in (each[0], each[2])), None)
    if known:
        return known[2]
    if not name.isdigit():
        raise UnknownUser(f"group {name!r} is not in the image's /etc/group")
    return name


def as_id(text):
    if len(text) > 10 or int(text) > MAX_ID:
        raise ValueError(text)
    return int(text)
