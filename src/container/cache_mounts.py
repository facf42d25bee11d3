"""Cache mounts: folders that stay in the store from run to run.

  AREA/caches/ID-LOCKS      a folder; who uses it holds a lock on it
  AREA/caches/ID-LOCKS.N    another one, for a `private` mount while the first is in use
  AREA/caches/NAME/files    what commands see; absent until it is whole

ID is of the mount's id and of what it begins with, LOCKS of the lock files that the command builds on. A new folder begins
with the files of the newest one of the same ID, so that a changed lock file finds a warm cache and spoils no older one.
"""

import fcntl
import hashlib
import json
import os
import stat

import kernel
from layer_store import copy_metadata
from rootfs import BadMount, copy_file

STRENGTH = {"shared": 0, "private": 1, "locked": 2}
MAX_PRIVATE = 1000
# Of one ID, beside the one in use: enough for a few branches.
KEPT_BEFORE = 3


class Caches:
    """Those that one run uses, from before its command starts until it has ended. `stacks`: images by their place in the request."""

    def __init__(self, area, stacks):
        self.area, self.stacks, self.held = area, stacks, []

    def take(self, mounts):
        """Puts the folder of each mount at its `folder`. All runs take locks in the same order, so that none waits for ever."""
        mounts = [each for each in mounts if each["type"] == "cache"]
        by_name = {}
        for each in mounts:
            by_name.setdefault(self.name_of(each), []).append(each)
        for name in sorted(by_name):
            same = by_name[name]
            sharing = max((each.get("sharing", "shared") for each in same), key=STRENGTH.__getitem__)
            path = self.lock(name, sharing)
            self.fill(path, same[0])
            for each in same:
                each["folder"] = f"{path}/files"

    def release(self):
        while self.held:
            os.close(self.held.pop())

    def name_of(self, each):
        start = [each["id"]]
        if "stack" in each:
            start += [each["source"], self.stacks[each["stack"]].diff_ids]
        return f"{digest(json.dumps(start))}-{digest(each.get('locks', ''))}"

    def lock(self, name, sharing):
        """The folder, locked: `locked` waits for it, `private` takes another one that is free."""
        wanted = fcntl.LOCK_SH if sharing == "shared" else fcntl.LOCK_EX
        for number in range(MAX_PRIVATE if sharing == "private" else 1):
            path = f"{self.area.folder}/caches/{name}" + (f".{number}" if number else "")
            lock = lock_folder(path, wanted | (fcntl.LOCK_NB if sharing == "private" else 0))
            if lock is not None:
                self.held.append(lock)
                os.utime(path)
                return path
        raise BadMount(f"more than {MAX_PRIVATE} commands use one private cache")

    def fill(self, path, each):
        """Makes `files`, one run at a time; it has its name when it is whole."""
        files = f"{path}/files"
        if os.path.isdir(files):
            return
        making = os.open(f"{path}/making", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(making, fcntl.LOCK_EX)
            if os.path.isdir(files):
                return
            made = f"{self.area.tmp}/cache"
            if not self.copy_newest(path, made):
                self.begin(each, made)
            os.rename(made, files)
        finally:
            os.close(making)
        for older in self.older(path)[KEPT_BEFORE:]:
            self.area.discard(older, float("inf"))

    def older(self, path):
        """The other folders of the same id, the one that was used last in front."""
        name = os.path.basename(path)
        start = name.split("-")[0] + "-"
        found = []
        for other in os.listdir(f"{self.area.folder}/caches"):
            try:
                if other.startswith(start) and other != name:
                    found.append((os.stat(f"{self.area.folder}/caches/{other}").st_mtime_ns, other))
            except FileNotFoundError:
                continue
        return [f"{self.area.folder}/caches/{other}" for _, other in sorted(found, reverse=True)]

    def copy_newest(self, path, made):
        """Whether there was one to begin with. One that a command is writing to is passed over: a copy would be of no moment."""
        for other in self.older(path):
            try:
                lock = kernel.open_folder(other)
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                copy_tree(f"{other}/files", made)
                return True
            except OSError as error:
                kernel.remove_tree(made)
                if error.errno in kernel.DISK_FULL:
                    raise
            finally:
                os.close(lock)
        return False

    def begin(self, each, made):
        """With the files that `from` names, else empty."""
        if "stack" not in each:
            os.mkdir(made, 0o700)
            os.chown(made, each.get("uid", 0), each.get("gid", 0))
            os.chmod(made, each.get("mode", 0o755))
            return
        image = kernel.open_folder(self.stacks[each["stack"]].image)
        inner = None
        try:
            inner = kernel.open_beneath(image, os.fsencode(each["source"].lstrip("/")), os.O_DIRECTORY, kernel.RESOLVE_IN_ROOT)
            copy_tree(f"/proc/self/fd/{inner}", made)
        except OSError as error:
            if error.errno in kernel.DISK_FULL:
                raise
            raise BadMount(f"cache source {each['source']}: {error.strerror}") from None
        finally:
            for fd in (image, inner):
                if fd is not None:
                    os.close(fd)


def digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:40]


def lock_folder(path, operation):
    """A lock on the folder that `path` names in the end, made where it is absent; `None` where it is in use and nobody waits."""
    while True:
        os.makedirs(path, mode=0o700, exist_ok=True)
        try:
            lock = kernel.open_folder(path)
        except FileNotFoundError:
            continue  # removed meanwhile, as it may be until it is locked
        try:
            fcntl.flock(lock, operation)
        except BlockingIOError:
            os.close(lock)
            return None
        try:
            if os.path.samestat(os.fstat(lock), os.stat(path)):
                return lock
        except FileNotFoundError:
            pass
        os.close(lock)


def copy_tree(source, target):
    """Files, folders, links and FIFOs with their owners, modes, times and attributes; hard links stay ones. Nobody changes `source`."""
    linked, folders = {}, [""]
    for folder in folders:
        os.mkdir(target + folder, 0o700)
        with os.scandir(source + folder) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}"
                state = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(state.st_mode):
                    folders.append(path)
                elif (state.st_dev, state.st_ino) in linked:
                    os.link(target + linked[state.st_dev, state.st_ino], target + path, follow_symlinks=False)
                elif copy_leaf(source + path, target + path, state):
                    if state.st_nlink > 1:
                        linked[state.st_dev, state.st_ino] = path
    for folder in reversed(folders):
        copy_metadata(f"{source}{folder}/.", target + folder)


def copy_leaf(source, target, state):
    """Whether it was one that is copied: sockets and devices are not."""
    if stat.S_ISREG(state.st_mode):
        copy_file(source, target)
    elif stat.S_ISLNK(state.st_mode):
        os.symlink(os.readlink(source), target)
        os.chown(target, state.st_uid, state.st_gid, follow_symlinks=False)
    elif stat.S_ISFIFO(state.st_mode):
        os.mkfifo(target)
        copy_metadata(source, target)
    else:
        return False
    return True
