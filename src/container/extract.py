"""Unpacks one layer into a folder in the form that overlay reads. Runs with the folder as its root.

Whiteouts become devices 0/0, `.wh..wh..opq` an attribute of its folder. A later member of the same name replaces an
earlier one. Refused: `..`, a path through a symbolic link of the layer, hard links to what the layer lacks, owners outside
the range of ids. Device nodes are not made, for root neither, so that everybody sees the same: they are listed, and
`layer_store` lets them hide what lies below. Attributes other than `user.*`, ACLs and file capabilities are left out, since
they belong to the machine that wrote them or to overlay itself.
"""

import errno
import os
import stat
import struct

from kernel import is_whiteout, open_beneath, remove_tree
from tar_reader import CHUNK, BadLayer, entries, shown

MAX_LISTED = 100_000  # folders without a member of their own, devices, opaque folders
OPEN_FOLDERS = 64
NO_ID = (1 << 32) - 1  # to chown it means: leave as it is
OPAQUE = {True: "trusted.overlay.opaque", False: "user.overlay.opaque"}
ZEROS = bytes(CHUNK)


def is_kept_attribute(name):
    if name.startswith(b"user."):
        return not name.startswith(b"user.overlay.")
    return name in (b"security.capability", b"system.posix_acl_access", b"system.posix_acl_default")


def parts_of(name):
    """The path as the layer means it, seen from its root; a leading slash is of no meaning."""
    parts = [part for part in name.split(b"/") if part not in (b"", b".")]
    if b".." in parts:
        raise BadLayer(f"has a path that leaves the image: {shown(name)}")
    return parts


class Extraction:
    """`spool` is a file for the times of folders, which can be set only when nothing is made in them any more."""

    def __init__(self, is_root, spool):
        self.opaque_name = OPAQUE[is_root]
        self.spool = spool
        self.top = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.folders = {}  # path -> descriptor, of those used last
        self.implicit = {b""}
        self.devices, self.opaque = set(), set()
        self.whiteouts = self.count = 0

    def run(self, blob):
        for entry, content in entries(blob):
            try:
                self.put(entry, content)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS):
                    raise
                raise BadLayer(f"cannot be unpacked: {shown(entry.name)}: {os.strerror(error.errno)}") from None
            self.count += 1
        self.set_times()
        if self.whiteouts:
            for path in self.opaque:
                self.drop_whiteouts(path)

    def put(self, entry, content):
        parts = parts_of(entry.name)
        if not parts:
            if entry.kind != b"5":
                raise BadLayer("has a member in place of its root")
            self.folder_metadata(b"", self.top, entry)
            return
        folder = self.folder(b"/".join(parts[:-1]))
        base = parts[-1]
        if base.startswith(b".wh."):
            self.whiteout(parts, folder)
        elif entry.kind in (b"0", b"\0", b"7"):
            if entry.name.endswith(b"/"):
                self.put_folder(parts, folder, entry)  # as it was written before there was a kind for it
            else:
                self.put_file(parts, folder, (entry, content))
        elif entry.kind == b"5":
            self.put_folder(parts, folder, entry)
        elif entry.kind == b"1":
            self.put_link(parts, folder, entry)
        elif entry.kind == b"2":
            if not entry.link:
                raise BadLayer(f"has a symbolic link to nowhere: {shown(entry.name)}")
            self.replace(parts, folder, lambda: os.symlink(entry.link, base, dir_fd=folder))
            self.metadata(base, folder, entry)
        elif entry.kind == b"6":
            self.replace(parts, folder, lambda: os.mkfifo(base, 0o600, dir_fd=folder))
            self.metadata(base, folder, entry)
        elif entry.kind in (b"3", b"4"):
            self.clear(parts, folder)
            self.note(self.devices, b"/".join(parts))
        else:
            raise BadLayer(f"has a member of unknown kind {entry.kind!r}: {shown(entry.name)}")

    # --- folders ---------------------------------------------------------------------------------------------------

    def folder(self, path):
        """A descriptor of the folder at `path`, which is made with its parents where the layer has not named it."""
        if not path:
            return self.top
        fd = self.folders.get(path)
        if fd is not None:
            return fd
        fd = self.open_folder(path)
        if len(self.folders) >= OPEN_FOLDERS:
            os.close(self.folders.pop(next(iter(self.folders))))
        self.folders[path] = fd
        return fd

    def open_folder(self, path):
        try:
            return open_beneath(self.top, path, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise BadLayer(f"has a path through a symbolic link: {shown(path)}") from None
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                raise
        parts = path.split(b"/")
        for count in range(1, len(parts) + 1):
            self.make_implicit(parts[:count])
        return open_beneath(self.top, path, os.O_RDONLY | os.O_DIRECTORY)

    def make_implicit(self, parts):
        path, above = b"/".join(parts), b"/".join(parts[:-1])
        folder = open_beneath(self.top, above, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.mkdir(parts[-1], 0o755, dir_fd=folder)
        except FileExistsError:
            state = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
            if stat.S_ISDIR(state.st_mode):
                return
            if not is_whiteout(state):
                raise BadLayer(f"has a file where it needs a folder: {shown(path)}") from None
            os.unlink(parts[-1], dir_fd=folder)
            os.mkdir(parts[-1], 0o755, dir_fd=folder)
            self.make_opaque(path)
        finally:
            os.close(folder)
        self.note(self.implicit, path)
        self.keep_time(path, 0)

    def put_folder(self, parts, folder, entry):
        path = b"/".join(parts)
        try:
            os.mkdir(parts[-1], 0o700, dir_fd=folder)
        except FileExistsError:
            state = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISDIR(state.st_mode):
                self.clear(parts, folder)
                os.mkdir(parts[-1], 0o700, dir_fd=folder)
                if is_whiteout(state):
                    self.make_opaque(path)
        self.folder_metadata(path, open_beneath(folder, parts[-1], os.O_RDONLY | os.O_DIRECTORY), entry)

    def folder_metadata(self, path, fd, entry):
        self.owner_and_mode(fd, entry)
        self.keep_time(path, entry.seconds * 10**9 + entry.nanoseconds)
        self.implicit.discard(path)
        self.devices.discard(path)
        if fd != self.top:
            os.close(fd)

    def keep_time(self, path, nanoseconds):
        self.spool.write(struct.pack("<IQ", len(path), nanoseconds) + path)

    def set_times(self):
        self.spool.seek(0)
        while header := self.spool.read(12):
            length, nanoseconds = struct.unpack("<IQ", header)
            try:
                os.utime(self.spool.read(length) or b".", ns=(nanoseconds, nanoseconds), follow_symlinks=False)
            except (FileNotFoundError, NotADirectoryError):
                pass  # replaced by a later member

    # --- other members ----------------------------------------------------------------------------------------------

    def put_file(self, parts, folder, member):
        entry, content = member
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = self.replace(parts, folder, lambda: os.open(parts[-1], flags, 0o600, dir_fd=folder))
        try:
            if entry.size >= len(ZEROS) or entry.runs is not None:
                self.fits(fd, entry)
                os.ftruncate(fd, entry.size)
            for offset, length in [(0, entry.size)] if entry.runs is None else entry.runs:
                os.lseek(fd, offset, os.SEEK_SET)
                write_parts(fd, content.parts(length))
            self.owner_and_mode(fd, entry)
            nanoseconds = entry.seconds * 10**9 + entry.nanoseconds
            os.utime(fd, ns=(nanoseconds, nanoseconds))
        finally:
            os.close(fd)

    def fits(self, fd, entry):
        state = os.fstatvfs(fd)
        stored = entry.size if entry.runs is None else sum(length for _, length in entry.runs)
        if stored > state.f_bavail * state.f_frsize:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def put_link(self, parts, folder, entry):
        source = parts_of(entry.link)
        if source == parts:
            raise BadLayer(f"has a hard link to itself: {shown(entry.name)}")
        if not source:
            raise BadLayer(f"has a hard link to what is no file: {shown(entry.name)}")
        self.clear(parts, folder)
        if b"/".join(source) in self.devices:
            self.note(self.devices, b"/".join(parts))
            return
        try:
            from_folder = open_beneath(self.top, b"/".join(source[:-1]), os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            raise BadLayer(f"has a hard link to what it lacks: {shown(entry.link)}") from None
        try:
            state = os.stat(source[-1], dir_fd=from_folder, follow_symlinks=False)
            if stat.S_ISDIR(state.st_mode) or is_whiteout(state):
                raise BadLayer(f"has a hard link to what is no file: {shown(entry.link)}")
            os.link(source[-1], parts[-1], src_dir_fd=from_folder, dst_dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            raise BadLayer(f"has a hard link to what it lacks: {shown(entry.link)}") from None
        finally:
            os.close(from_folder)

    def replace(self, parts, folder, make):
        try:
            made = make()
        except FileExistsError:
            self.clear(parts, folder)
            made = make()
        if self.devices or len(self.implicit) > 1:
            self.devices.discard(b"/".join(parts))
            self.implicit.discard(b"/".join(parts))
        return made

    def clear(self, parts, folder):
        """Takes away what an earlier member of the name left; whatever it hid stays hidden by what comes."""
        try:
            state = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(state.st_mode):
            os.unlink(parts[-1], dir_fd=folder)
            return
        while self.folders:
            os.close(self.folders.popitem()[1])
        path = b"/".join(parts)
        remove_tree(path)
        for known in (self.implicit, self.devices, self.opaque):
            known.difference_update([each for each in known if each == path or each.startswith(path + b"/")])

    def whiteout(self, parts, folder):
        name = parts[-1][4:]
        if parts[-1] == b".wh..wh..opq":
            self.make_opaque(b"/".join(parts[:-1]))
            return
        if name.startswith(b".wh."):
            return  # bookkeeping of aufs
        if name in (b"", b".", b".."):
            raise BadLayer(f"has a whiteout without a name: {shown(b'/'.join(parts))}")
        path = b"/".join([*parts[:-1], name])
        try:
            os.mknod(name, stat.S_IFCHR | 0o600, 0, dir_fd=folder)
            self.whiteouts += 1
        except FileExistsError:
            # A whiteout hides what lies below, never what its own layer has.
            if stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                self.make_opaque(path)

    def make_opaque(self, path):
        fd = open_beneath(self.top, path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.setxattr(fd, self.opaque_name, b"y")
        finally:
            os.close(fd)
        self.note(self.opaque, path)

    def drop_whiteouts(self, path):
        """Below an opaque folder they hide nothing, and overlay would list them."""
        waiting = [path or b"."]
        while waiting:
            folder = waiting.pop()
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                continue
            with os.scandir(folder) as found:
                for each in found:
                    if each.is_dir(follow_symlinks=False):
                        waiting.append(each.path)
                    elif is_whiteout(each.stat(follow_symlinks=False)):
                        os.unlink(each.path)

    def note(self, known, path):
        known.add(path)
        if len(known) > MAX_LISTED:
            raise BadLayer(f"has more than {MAX_LISTED} folders without a member of their own, devices or opaque folders")

    def owner_and_mode(self, fd, entry):
        self.own(entry, lambda: os.fchown(fd, entry.uid, entry.gid))
        os.fchmod(fd, entry.mode & 0o7777)
        for name, value in entry.xattrs:
            if is_kept_attribute(name):
                os.setxattr(fd, name, value)

    def metadata(self, base, folder, entry):
        self.own(entry, lambda: os.chown(base, entry.uid, entry.gid, dir_fd=folder, follow_symlinks=False))
        if entry.kind == b"6":
            os.chmod(base, entry.mode & 0o7777, dir_fd=folder)
        nanoseconds = entry.seconds * 10**9 + entry.nanoseconds
        os.utime(base, ns=(nanoseconds, nanoseconds), dir_fd=folder, follow_symlinks=False)

    def own(self, entry, change):
        outside = not (0 <= entry.uid < NO_ID and 0 <= entry.gid < NO_ID)
        try:
            if not outside:
                change()
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            outside = True
        if outside:
            owner = f"{entry.uid}:{entry.gid}"
            raise BadLayer(f"has an owner outside of the range of ids, {owner}: {shown(entry.name)}")


def write_parts(fd, parts):
    """Long runs of zeros become holes: the file has its size already."""
    for part in parts:
        if len(part) == len(ZEROS) and part == ZEROS:
            os.lseek(fd, len(part), os.SEEK_CUR)
            continue
        while part:
            part = part[os.write(fd, part) :]
