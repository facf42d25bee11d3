"""Layers of images, each unpacked once, in the store; and how a stack of them looks.

  AREA/layers/DIFFID/root      the layer as overlay reads it
  AREA/layers/DIFFID/layer     JSON: what `extract` listed, and until it is known to be on the disk the boot that wrote it
  AREA/tmp/NAME                of one run; who works in it holds a lock on it
  AREA/caches/NAME/files       of cache mounts

A layer in use is locked too (shared), by the descriptor that stands in the overlay's options.
"""

import errno
import fcntl
import json
import os
import stat
import time

import kernel
from extract import Extraction, is_kept_attribute
from tar_reader import BadLayer, Blob


# By then the kernel has written what was unpacked, so that to make sure of it takes no time.
SETTLED_SECONDS = 60


class LayerFailure(Exception):
    """A layer that cannot be used: of which, and why."""

    def __init__(self, diff_id, message):
        super().__init__(message)
        self.diff_id = diff_id


class Area:
    """The part of the store that belongs to one range of owners."""

    def __init__(self, folder, is_root):
        self.folder, self.is_root = folder, is_root
        self.mounted = []
        self.boot = boot_id()
        for name in ("layers", "tmp", "caches"):
            os.makedirs(f"{folder}/{name}", mode=0o700, exist_ok=True)

    def begin(self):
        """A folder of our own, which `sweep` leaves alone as long as we live."""
        while True:
            self.tmp = f"{self.folder}/tmp/{os.urandom(8).hex()}"
            os.mkdir(self.tmp, 0o700)
            try:
                self.lock = kernel.open_folder(self.tmp)
                fcntl.flock(self.lock, fcntl.LOCK_EX)
                os.lstat(self.tmp)
                return
            except FileNotFoundError:
                continue  # swept away before it was locked

    def overlay(self, target, lowers, upper=None):
        kernel.overlay(target, lowers, upper, kernel.overlay_options(self.is_root))
        self.mounted.append(target)

    def end(self):
        while self.mounted:
            kernel.detach(self.mounted.pop())
        kernel.remove_tree(self.tmp)

    def sweep(self, patience=0):
        """Removes what runs left that were killed; so many seconds long it waits for the end of those that are just dying."""
        deadline = time.monotonic() + patience
        for name in os.listdir(f"{self.folder}/tmp"):
            while not swept(f"{self.folder}/tmp/{name}") and time.monotonic() < deadline:
                time.sleep(0.02)

    def prune(self, before):
        """Removes layers and cache mounts that no run uses and none has used since `before` (seconds); how many of each."""
        removed = {"layers": 0, "caches": 0}
        for kind in removed:
            for name in os.listdir(f"{self.folder}/{kind}"):
                removed[kind] += self.discard(f"{self.folder}/{kind}/{name}", before)
        return removed

    def discard(self, path, before):
        """Whether the folder was removed: under its lock, moved out of sight first."""
        aside = f"{self.tmp}/{os.path.basename(path)}"
        try:
            lock = kernel.open_folder(path)
        except OSError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(lock).st_mtime >= before:
                return False
            os.rename(path, aside)
        except (BlockingIOError, FileNotFoundError):
            return False
        finally:
            os.close(lock)
        kernel.remove_tree(aside)
        return True

    def layer(self, diff_id):
        return f"{self.folder}/layers/{diff_id.removeprefix('sha256:')}"

    def has_layer(self, diff_id):
        """What the end of the system may have torn is taken away: nobody can be using it."""
        path = self.layer(diff_id)
        try:
            with open(f"{path}/layer", "rb") as file:
                is_whole = self.is_whole(json.load(file))
        except FileNotFoundError:
            return False
        except ValueError:
            is_whole = False
        return is_whole or self.discard(path, float("inf")) and False

    def is_whole(self, listed):
        return listed.get("boot") in (None, self.boot)

    def open_layer(self, diff_id):
        """Its root, locked, and what is known of it; `None` when it is not there."""
        path = self.layer(diff_id)
        try:
            lock = kernel.open_folder(path)
            fcntl.flock(lock, fcntl.LOCK_SH)
            with open(f"{path}/layer", "rb") as file:
                listed, written = json.load(file), os.fstat(file.fileno()).st_mtime
            os.utime(path)  # fails where it was moved away before it was locked
        except (FileNotFoundError, ValueError):
            return None  # absent, or taken away between two calls
        if not self.is_whole(listed):
            return None
        known = {key: {os.fsencode(each) for each in listed[key]} for key in ("implicit", "devices")}
        is_settled = "boot" in listed and written < time.time() - SETTLED_SECONDS
        return {"diffId": diff_id, "root": f"{path}/root", "lock": lock, "isSettled": is_settled, **known}

    def make_sure(self, opened):
        """That layers will be whole after whatever end of the system: not when they are made, since it is all of the disk that has to be waited for."""
        settled = [layer for layer in opened if layer["isSettled"]]
        if settled:
            kernel.syncfs(self.lock)
        for layer in settled:
            write_listed(layer["lock"], {key: layer[key] for key in ("implicit", "devices")})


def boot_id():
    """`None` where it cannot be told."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return None


def write_listed(folder, paths, boot=None):
    listed = {key: sorted(os.fsdecode(each) for each in paths[key]) for key in paths}
    with open(os.open("layer.new", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600, dir_fd=folder), "w", encoding="utf-8") as file:
        json.dump(listed if boot is None else {**listed, "boot": boot}, file)
    os.rename("layer.new", "layer", src_dir_fd=folder, dst_dir_fd=folder)


def swept(path):
    """Whether nothing is there any more; something stays when it is in use."""
    try:
        lock = kernel.open_folder(path)
    except OSError:
        return True  # gone
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        kernel.remove_tree(path)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno != errno.ENOTEMPTY:
            raise
        return False  # somebody who is dying wrote there
    finally:
        os.close(lock)
    return True


def take_layers(area, layers, most_at_once):
    """The opened layers, the lowest first; what is missing is unpacked, several at a time."""
    waiting = {each["diffId"]: each["path"] for each in layers if not area.has_layer(each["diffId"])}
    running, failures = {}, []
    while (waiting and not failures) or running:
        while waiting and not failures and len(running) < most_at_once:
            diff_id, path = waiting.popitem()
            running[start_extraction(area, diff_id, path)] = diff_id
        pid, status = os.wait()
        diff_id = running.pop(pid)
        if status != 0:
            failures.append(failure_of(area, diff_id))
    if failures:
        raise failures[0]
    opened = [area.open_layer(each["diffId"]) for each in layers]
    if None in opened:
        raise LayerFailure(layers[opened.index(None)]["diffId"], "was removed from the store meanwhile")
    area.make_sure(opened)
    return opened


def start_extraction(area, diff_id, path):
    """In a process of its own, which has no other root than the folder that it fills."""
    parent, base = os.getpid(), f"{area.tmp}/{diff_id.removeprefix('sha256:')}"
    pid = os.fork()
    if pid:
        return pid
    try:
        kernel.die_with_parent(parent)
        os.umask(0o077)
        os.makedirs(f"{base}/root", mode=0o700)
        try:
            extract_layer(area, diff_id, (path, base))
            os._exit(0)
        except BadLayer as error:
            code, message = 0, str(error)
        except OSError as error:
            code, message = error.errno or 0, f"{error.strerror}: {os.fsdecode(error.filename or '')}".rstrip(": ")
        with open(os.open("failure", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=area.lock), "w") as file:
            json.dump([diff_id, code, message], file)
    finally:
        os._exit(1)


def failure_of(area, diff_id):
    try:
        with open(f"{area.tmp}/failure", "rb") as file:
            failed, code, message = json.load(file)
    except (OSError, ValueError):
        return LayerFailure(diff_id, "could not be unpacked: its process was killed")
    if code in kernel.DISK_FULL:
        return OSError(code, message)
    return LayerFailure(failed, message)


def extract_layer(area, diff_id, places):
    path, base = places
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    base_fd = kernel.open_folder(base)
    spool = open(f"{base}/times", "w+b")
    os.unlink(f"{base}/times")
    os.chmod(f"{base}/root", 0o755)
    os.chroot(f"{base}/root")
    os.chdir("/")
    os.umask(0)
    blob = Blob(fd)
    extraction = Extraction(area.is_root, spool)
    extraction.run(blob)
    found = "sha256:" + blob.finish()
    if found != diff_id:
        raise BadLayer(f"holds {found}, not what it should")
    write_listed(base_fd, {"implicit": extraction.implicit, "devices": extraction.devices}, area.boot)
    if area.boot is None:
        kernel.syncfs(base_fd)
    os.fchdir(area_fd := os.open("..", os.O_RDONLY, dir_fd=base_fd))
    os.close(area_fd)
    publish(base_fd, diff_id)


def publish(base_fd, diff_id):
    """Who comes second finds the name taken, and what is there is as good. The paths go by descriptors: our root is another."""
    name = diff_id.removeprefix("sha256:")
    os.close(base_fd)
    try:
        os.rename(name, f"../../layers/{name}")
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise


# --- how a stack looks -----------------------------------------------------------------------------------------------


def attributes_of(path):
    """What a layer keeps of a file beside its content, owner, mode and time."""
    names = os.listxattr(path, follow_symlinks=False)
    return {name: os.getxattr(path, name, follow_symlinks=False) for name in sorted(names) if is_kept_attribute(os.fsencode(name))}


def copy_metadata(source, target):
    state = os.lstat(source)
    os.chown(target, state.st_uid, state.st_gid)
    os.chmod(target, stat.S_IMODE(state.st_mode))
    for name, value in attributes_of(source).items():
        os.setxattr(target, name, value)
    os.utime(target, ns=(state.st_mtime_ns, state.st_mtime_ns))


def base_layer(opened):
    """For each path that some layer tells of without saying how it is, what holds: (folder, its like) and hidden devices."""
    paths = {path for layer in opened for path in layer["implicit"] if path}
    folders = {path: like for path in sorted(paths) if (like := told_by(opened, path)) is not None}
    devices = set()
    for at, layer in enumerate(opened):
        for path in layer["devices"]:
            above = opened[at + 1 :]
            if look(opened[:at], path) is not None and all(look([each], path) is None for each in above):
                devices.add(path)
    return folders, devices


def look(layers, path):
    """The uppermost of `layers` that has `path`, with its state; `None` where none has or one hides it."""
    for layer in reversed(layers):
        found = state_in(layer, path)
        if found == "hidden":
            return None
        if found is not None:
            return layer, found
    return None


def state_in(layer, path):
    """How `path` is in one layer: absent is `None`; "hidden" when the layer lets nothing below be seen there."""
    at, parts, hides = os.fsencode(layer["root"]), path.split(b"/"), False
    for count, part in enumerate(parts, 1):
        hides = hides or is_opaque(at)
        at += b"/" + part
        try:
            state = os.lstat(at)
        except FileNotFoundError:
            return "hidden" if hides else None
        if kernel.is_whiteout(state) or count < len(parts) and not stat.S_ISDIR(state.st_mode):
            return "hidden"
    return state


def is_opaque(path):
    for name in ("trusted.overlay.opaque", "user.overlay.opaque"):
        try:
            if os.getxattr(path, name, follow_symlinks=False) == b"y":
                return True
        except OSError:
            continue
    return False


def told_by(opened, path):
    """The path of the folder that says how `path` is when the uppermost layer with it does not; `None` when that one does."""
    first = True
    for layer in reversed(opened):
        state = state_in(layer, path)
        if state is None:
            continue
        if state == "hidden" or not stat.S_ISDIR(state.st_mode):
            return None
        at = os.fsencode(layer["root"]) + b"/" + path
        if path not in layer["implicit"]:
            return None if first else at
        if is_opaque(at):
            return None
        first = False
    return None
