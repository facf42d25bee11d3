"""The file system that a command sees: the image as an overlay, the kernel's own file systems, and the mounts of its RUN.

Points to mount on that the image lacks are made in a layer of their own between the image and what the run writes, so that
they never come into the new layer.
"""

import fcntl
import os
import stat

import kernel
from kernel import MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSUID, MOUNT_ATTR_RDONLY, MS_NODEV, MS_NOEXEC, MS_NOSUID
from layer_store import base_layer, copy_metadata

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
DEVICE_LINKS = (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"), ("ptmx", "pts/ptmx"))
# What Docker hides or makes read-only: as root there is no user namespace between a command and the kernel.
READ_ONLY = ("bus", "fs", "irq", "sys", "sysrq-trigger")
HIDDEN = ("acpi", "asound", "interrupts", "kcore", "keys", "latency_stats", "sched_debug", "scsi", "timer_list", "timer_stats")
HOSTS = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
MAX_LINKS = 40
FICLONE = 0x40049409  # shares blocks where the file system can


class BadMount(Exception):
    """A mount that cannot be made as it was asked for. The message is for the user."""


class Stack:
    """Opened layers, the lowest first, with what makes them one tree."""

    def __init__(self, area, opened, name):
        self.area, self.folder = area, f"{area.tmp}/{name}"
        # The kernel refuses a layer that stands twice. The upper one has all that the lower one could show.
        uppermost = {layer["diffId"]: at for at, layer in enumerate(opened)}
        opened = [layer for at, layer in enumerate(opened) if uppermost[layer["diffId"]] == at]
        os.mkdir(self.folder, 0o700)
        self.diff_ids = [layer["diffId"] for layer in opened]
        self.lowers = [layer["root"] for layer in reversed(opened)]
        self.lowers += [self.empty(f"bottom-{number}") for number in range(len(self.lowers), 2)]  # the kernel wants two
        folders, devices = base_layer(opened)
        root = next((layer["root"] for layer in reversed(opened) if b"" not in layer["implicit"]), None)
        if folders or devices or root not in (None, self.lowers[0]):
            self.mend(folders, devices, root)
        self.image = f"{self.folder}/image"
        os.mkdir(self.image)
        area.overlay(self.image, self.lowers)

    def empty(self, name):
        os.mkdir(f"{self.folder}/{name}")
        os.chmod(f"{self.folder}/{name}", 0o755)
        os.utime(f"{self.folder}/{name}", ns=(0, 0))
        return f"{self.folder}/{name}"

    def mend(self, folders, devices, root):
        """A layer on top that says what layers left unsaid: how folders are, and that a device hides a file."""
        top, base = self.empty("mend"), f"{self.folder}/mend".encode()
        for path in [*folders, *devices]:
            for above in parents(path):
                if above not in folders:
                    folders[above] = self.top_with(above)
        for path in sorted(folders):
            os.mkdir(base + b"/" + path)
        for path in devices:
            os.mknod(base + b"/" + path, stat.S_IFCHR | 0o600, 0)
        for path in sorted(folders, reverse=True):
            copy_metadata(folders[path], base + b"/" + path)
        copy_metadata(root or self.lowers[0], base)
        self.lowers.insert(0, top)

    def top_with(self, path):
        """The folder in the uppermost layer that has it."""
        for lower in self.lowers:
            at = os.fsencode(lower) + b"/" + path
            state = lstat(at)
            if state is not None and stat.S_ISDIR(state.st_mode):
                return at
        raise BadMount(f"a folder is gone from the image: {os.fsdecode(path)}")


def parents(path):
    parts = path.split(b"/")
    return [b"/".join(parts[:count]) for count in range(1, len(parts))]


class Points:
    """Finds where mounts go in an image, and makes what is missing in a layer at `folder`."""

    def __init__(self, image, folder):
        self.image, self.folder = image, folder
        self.made, self.taken = set(), []
        os.mkdir(folder)
        copy_metadata(image, folder)

    def resolve(self, path):
        """The path without symbolic links, which count as seen from the image's root."""
        done, left, links = [], path.split("/")[::-1], 0
        while left:
            part = left.pop()
            if part in ("", "."):
                continue
            if part == "..":
                done = done[:-1]
                continue
            try:
                target = os.readlink("/".join([self.image, *done, part]))
            except OSError:
                done.append(part)
                continue
            links += 1
            if links > MAX_LINKS:
                raise BadMount(f"{path}: too many symbolic links")
            done = [] if target.startswith("/") else done
            left += target.split("/")[::-1]
        return "/" + "/".join(done)

    def take(self, path, is_folder):
        """The place for a mount; one inside an earlier mount is made when that is there."""
        at = self.resolve(path)
        if at == "/":
            raise BadMount(f"{path}: nothing can be mounted over the root of the image")
        if not any(at.startswith(each + "/") for each in self.taken):
            self.make(at, is_folder)
        self.taken.append(at)
        return at

    def make(self, path, is_folder):
        state = lstat(self.image + path)
        if state is None:
            state = lstat(self.folder + path)
        if state is not None:
            if stat.S_ISDIR(state.st_mode) != is_folder:
                raise BadMount(f"{path} is {'no folder' if is_folder else 'a folder'} in the image")
            return
        at = ""
        for part in path.split("/")[1:-1]:
            at += "/" + part
            if lstat(self.folder + at) is not None:
                continue
            above = lstat(self.image + at)
            if above is not None and not stat.S_ISDIR(above.st_mode):
                raise BadMount(f"{at} is no folder in the image")
            os.mkdir(self.folder + at)
            if above is None:
                os.chmod(self.folder + at, 0o755)
            self.made.add(at)
        if is_folder:
            os.mkdir(self.folder + path)
            os.chmod(self.folder + path, 0o755)
        else:
            os.close(os.open(self.folder + path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o644))

    def close(self):
        for path in sorted(self.made, reverse=True):
            if lstat(self.image + path) is not None:
                copy_metadata(self.image + path, self.folder + path)
        copy_metadata(self.image, self.folder)


def lstat(path):
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


# --- sources of mounts, as detached mounts ------------------------------------------------------------------------------


class Sources:
    """Opens what the mounts of a RUN show, before the root changes. `stacks`: images by their place in the request."""

    def __init__(self, area, stacks):
        self.area, self.stacks = area, stacks
        self.count = 0

    def scratch(self):
        self.count += 1
        path = f"{self.area.tmp}/mount-{self.count}"
        os.mkdir(path, 0o700)
        return path

    def open(self, each):
        """(descriptor, whether it is a folder)."""
        kind = each["type"]
        if kind == "bind":
            return self.bind(each)
        if kind == "cache":
            return self.cache(each), True
        if kind == "volume":
            return self.volume(each)
        if kind == "tmpfs":
            size = "" if each.get("sizeBytes") is None else f",size={each['sizeBytes']}"
            return self.memory(f"mode=1777{size}"), True
        return self.secret(each), False

    def memory(self, options):
        path = self.scratch()
        kernel.mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, options)
        fd = kernel.clone_mount(path)
        kernel.detach(path)
        return fd

    def bind(self, each):
        source, root = each["source"], self.stacks.get(each.get("stack"), each.get("root"))
        if root is not None:
            fd = kernel.open_folder(root)
            try:
                inner = kernel.open_beneath(fd, os.fsencode(source.lstrip("/")), os.O_PATH, kernel.RESOLVE_IN_ROOT)
            except OSError as error:
                raise BadMount(f"bind source {source}: {error.strerror}") from None
            source = f"/proc/self/fd/{inner}"
        try:
            is_folder = os.path.isdir(source)
            if not is_folder and not os.path.isfile(source):
                raise BadMount(f"bind source {each['source']} is neither a file nor a folder")
            if each.get("isWritable"):
                return self.private_copy(source, is_folder), is_folder
            # What comes from the host has no say over owners or devices here.
            flags = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
            return kernel.clone_mount(source, flags), is_folder
        except OSError as error:
            raise BadMount(f"bind source {each['source']}: {error.strerror}") from None

    def volume(self, each):
        """A file or folder of the machine itself: what is written stays."""
        flags = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (MOUNT_ATTR_RDONLY if each["isReadOnly"] else 0)
        try:
            return kernel.clone_mount(each["source"], flags), os.path.isdir(each["source"])
        except OSError as error:
            raise BadMount(f"volume {each['source']}: {error.strerror}") from None

    def private_copy(self, source, is_folder):
        """Written to by the run, dropped with it."""
        path = self.scratch()
        if not is_folder:
            copy_file(source, f"{path}/file")
            return kernel.clone_mount(f"{path}/file", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
        folders = [f"{path}/{name}" for name in ("upper", "work", "bottom", "merged")]
        for folder in folders:
            os.mkdir(folder, 0o755)
        state = os.stat(source)
        os.chown(folders[0], state.st_uid if state.st_uid <= 65535 else 0, state.st_gid if state.st_gid <= 65535 else 0)
        os.chmod(folders[0], stat.S_IMODE(state.st_mode))
        self.area.overlay(folders[3], [f"{source}/.", folders[2]], tuple(folders[:2]))
        return kernel.clone_mount(folders[3], MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

    def cache(self, each):
        flags = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (MOUNT_ATTR_RDONLY if each.get("isReadOnly") else 0)
        return kernel.clone_mount(each["folder"], flags)

    def secret(self, each):
        """A file in memory that no folder names."""
        path = self.scratch()
        kernel.mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700,size=2m")
        fd = os.open(f"{path}/secret", os.O_CREAT | os.O_WRONLY | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(fd, "wb") as file:
            file.write(each["content"])
            os.fchown(fd, each.get("uid", 0), each.get("gid", 0))
            os.fchmod(fd, each.get("mode", 0o400))
        cloned = kernel.clone_mount(f"{path}/secret", MOUNT_ATTR_RDONLY)
        kernel.detach(path)
        return cloned

    def text(self, name, content):
        """A small file of our own that the run may write to, in vain."""
        path = f"{self.area.tmp}/{name}"
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644), "wb") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(content)
        return kernel.clone_mount(path, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)


def copy_file(source, target):
    with open(source, "rb") as original, open(target, "wb") as copy:
        try:
            fcntl.ioctl(copy, FICLONE, original.fileno())
        except OSError:
            while os.sendfile(copy.fileno(), original.fileno(), None, 1 << 30):
                pass
    copy_metadata(source, target)


# --- the kernel's own file systems, in the new root before it is entered -------------------------------------------------


def mount_kernel(root, has_own_network):
    quiet = MS_NOSUID | MS_NODEV | MS_NOEXEC
    kernel.mount("proc", f"{root}/proc", "proc", quiet)
    mount_devices(f"{root}/dev")
    flags = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC
    try:
        if not has_own_network:
            raise OSError
        kernel.mount("sysfs", f"{root}/sys", "sysfs", quiet | kernel.MS_RDONLY)
    except OSError:
        kernel.attach(kernel.clone_mount("/sys", flags), f"{root}/sys")
    for name in READ_ONLY:
        path = f"{root}/proc/{name}"
        if os.path.exists(path):
            kernel.attach(kernel.clone_mount(path, flags), path)
    hidden = [f"{root}/proc/{name}" for name in HIDDEN] + [f"{root}/sys/firmware", f"{root}/sys/devices/virtual/powercap"]
    for path in hidden:
        if os.path.isdir(path):
            kernel.mount("tmpfs", path, "tmpfs", quiet | kernel.MS_RDONLY, "size=4k")
        elif os.path.exists(path):
            kernel.attach(kernel.clone_mount("/dev/null", flags & ~MOUNT_ATTR_NODEV), path)


def mount_devices(dev):
    # Root can make any device: none that it makes itself may be opened, here as little as elsewhere.
    kernel.mount("tmpfs", dev, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=64k")
    for name in DEVICES:
        os.close(os.open(f"{dev}/{name}", os.O_CREAT | os.O_WRONLY, 0o666))
        # The node is the host's: it can be written to, but not changed.
        kernel.attach(kernel.clone_mount(f"/dev/{name}", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC), f"{dev}/{name}")
    for name, target in DEVICE_LINKS:
        os.symlink(target, f"{dev}/{name}")
    for name in ("pts", "shm", "mqueue"):
        os.mkdir(f"{dev}/{name}")
    kernel.mount("devpts", f"{dev}/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5")
    kernel.mount("tmpfs", f"{dev}/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=64m")
    kernel.mount("mqueue", f"{dev}/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC)
