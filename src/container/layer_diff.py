"""What a run changed, from the upper layer of its overlay, as a tar.

Members stand in the order of their paths' bytes, part by part, so that a folder is before what it holds. What is in the
upper layer but equal to the layers below (`lower`, a mount of all of them) is left out: the same bytes written again are no
change. An opaque folder is told as whiteouts of what it hides, so that it does not matter how a folder was emptied.
Times of the run become the epoch's, older ones stay.
"""

import errno
import os
import stat

import scrub
import tar_writer
from extract import OPAQUE
from kernel import is_whiteout
from layer_store import attributes_of

CHUNK = 1 << 18
SPARSE_LIMIT = 16 << 20  # smaller files are always written whole
SPARSE_BLOCK = 1 << 16
ZEROS = bytes(CHUNK)
MAX_RUNS = 100_000
MAX_REPORTED = 1000


class LayerDiff:
    """`request`: upper, lower (paths), isRoot, started (seconds), ended, epoch, writer."""

    def __init__(self, request):
        self.upper, self.lower = os.fsencode(request["upper"]), os.fsencode(request["lower"])
        self.opaque = OPAQUE[request["isRoot"]]
        self.started, self.epoch = request["started"], request["epoch"]
        self.scrub = scrub.Scrub(scrub.days_of(self.started, request["ended"]), self.epoch, self.final_time)
        self.writer = request["writer"]
        self.waiting = []  # folders above, whose member is written only with the first change in them
        self.links = {}  # (device, inode) -> path of the first member
        self.groups = {}  # (device, inode) -> whether the file counts as changed
        self.scrubbed, self.sockets = [], []

    def run(self):
        self.find_changed_links()
        self.folder(b"")

    # --- walking -----------------------------------------------------------------------------------------------------

    def folder(self, path):
        """Without recursion in Python: a tree may be deeper than its stack."""
        stack = [self.enter(path)]
        while stack:
            names = stack[-1]
            name = next(names, None)
            if name is None:
                stack.pop()
                self.waiting.pop()
                continue
            below = self.entry(name)
            if below is not None:
                stack.append(self.enter(below))

    def enter(self, path):
        """The names of a folder in order; its member is written now if it is a change by itself."""
        at = self.at(path)
        above, state = self.lower_state(path), os.lstat(at)
        xattrs = attributes_of(at)
        has_below = above is not None and stat.S_ISDIR(above.st_mode)
        self.waiting.append((path, state, xattrs))
        if not has_below or not self.same_metadata((state, above), xattrs, path):
            self.write_waiting()
        names = set(os.listdir(at))
        if has_below and is_opaque(at, self.opaque):
            names |= {b".wh." + name for name in os.listdir(self.under(path)) if name not in names}
        # A whiteout stands where its file would, however it came about.
        return iter([path_of(path, name) for name in sorted(names, key=lambda name: name.removeprefix(b".wh."))])

    def entry(self, path):
        """Writes what is at `path`; gives the path back when it is a folder to enter."""
        base = path.rsplit(b"/", 1)[-1]
        try:
            state = os.lstat(self.at(path))
        except FileNotFoundError:
            if not base.startswith(b".wh."):
                raise
            self.write_whiteout(path)  # of an opaque folder
            return None
        if base.startswith(b".wh."):
            raise OSError(errno.EINVAL, f"a name that begins with .wh. cannot be kept in a layer: {os.fsdecode(path)}")
        if is_whiteout(state):
            if self.lower_state(path) is not None:
                self.write_whiteout(path_of(path[: -len(base) - 1], b".wh." + base))
        elif stat.S_ISDIR(state.st_mode):
            return path
        elif stat.S_ISSOCK(state.st_mode):
            self.note(self.sockets, path)
        elif stat.S_ISREG(state.st_mode):
            self.file(path, state)
        elif not self.is_same(path, state):
            self.special(path, state)
        return None

    def at(self, path):
        return self.upper + b"/" + path if path else self.upper

    def under(self, path):
        return self.lower + b"/" + path if path else self.lower

    def lower_state(self, path):
        try:
            return os.lstat(self.under(path))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def note(self, known, path):
        if len(known) < MAX_REPORTED:
            known.append("/" + os.fsdecode(path))

    # --- what is a change ----------------------------------------------------------------------------------------------

    def find_changed_links(self):
        """Of files with several names: one changed name makes all of them members, so that they stay one file."""
        waiting = [self.upper]
        while waiting:
            with os.scandir(waiting.pop()) as found:
                for each in found:
                    if each.is_dir(follow_symlinks=False):
                        waiting.append(each.path)
                        continue
                    state = each.stat(follow_symlinks=False)
                    if state.st_nlink > 1 and not is_whiteout(state):
                        path, key = each.path[len(self.upper) + 1 :], (state.st_dev, state.st_ino)
                        self.groups[key] = self.groups.get(key, False) or not self.is_same(path, state)

    def is_changed(self, path, state):
        group = self.groups.get((state.st_dev, state.st_ino)) if state.st_nlink > 1 else None
        return not self.is_same(path, state) if group is None else group

    def same_metadata(self, states, xattrs, path):
        ours, below = states
        return (
            (ours.st_mode, ours.st_uid, ours.st_gid) == (below.st_mode, below.st_uid, below.st_gid)
            and xattrs == attributes_of(self.under(path))
        )

    def is_same(self, path, state):
        below = self.lower_state(path)
        if below is None or below.st_mode != state.st_mode:
            return False
        if not self.same_metadata((state, below), attributes_of(self.at(path)), path):
            return False
        if stat.S_ISLNK(state.st_mode):
            return os.readlink(self.at(path)) == os.readlink(self.under(path))
        if stat.S_ISREG(state.st_mode):
            return self.same_content(path, state, below)
        return state.st_rdev == below.st_rdev

    def same_content(self, path, state, below):
        if state.st_size != below.st_size and path not in scrub.SHADOWS:
            return False
        fd, other = (os.open(each, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC) for each in (self.at(path), self.under(path)))
        try:
            start = self.scrub.start_of(path, fd, state)
            size = size_with(start, path, state)
            if size != below.st_size:
                return False
            expected = self.content(fd, size, start)
            return all(part == os.pread(other, len(part), at) for at, part in positions(expected))
        finally:
            os.close(fd)
            os.close(other)

    def content(self, fd, size, start=None):
        at = 0
        if start:
            yield start
            at = len(start)
        while at < size:
            part = os.pread(fd, min(CHUNK, size - at), at)
            if not part:
                return
            yield part
            at += len(part)

    def final_time(self, path):
        """(time now, time in the image) of the regular file at `path`."""
        try:
            state = os.lstat(self.at(path))
        except (FileNotFoundError, NotADirectoryError):
            below = self.lower_state(path)
            return None if below is None else (int(below.st_mtime),) * 2
        if not stat.S_ISREG(state.st_mode):
            return None
        is_changed = self.is_changed(path, state)
        return int(state.st_mtime), self.clamp(state) if is_changed else int(self.lower_state(path).st_mtime)

    def clamp(self, state):
        return self.epoch if state.st_mtime >= self.started else int(state.st_mtime // 1)

    # --- members --------------------------------------------------------------------------------------------------------

    def write_waiting(self):
        """The folders above, once each. The root is a member only if it changed itself."""
        for at, each in enumerate(self.waiting):
            if each is None:
                continue
            path, state, xattrs = each
            is_last = at == len(self.waiting) - 1
            self.waiting[at] = None
            if path == b"" and (not is_last or self.same_metadata((state, os.lstat(self.lower)), xattrs, b"")):
                continue
            self.add(path + b"/" if path else b"./", tar_writer.FOLDER, state, xattrs=xattrs)

    def add(self, name, kind, state, **more):
        parts = more.pop("parts", ())
        member = tar_writer.Member(
            name, kind, mode=stat.S_IMODE(state.st_mode), owner=(state.st_uid, state.st_gid), mtime=self.clamp(state), **more
        )
        self.writer.add(member, parts)

    def write_whiteout(self, path):
        self.write_waiting()
        self.writer.add(tar_writer.Member(path, tar_writer.FILE, mtime=self.epoch))

    def special(self, path, state):
        self.write_waiting()
        if self.linked(path, state):
            return
        if stat.S_ISLNK(state.st_mode):
            self.add(path, tar_writer.SYMLINK, state, link=os.readlink(self.at(path)))
        elif stat.S_ISFIFO(state.st_mode):
            self.add(path, tar_writer.FIFO, state)
        else:
            kind = tar_writer.CHARACTER if stat.S_ISCHR(state.st_mode) else tar_writer.BLOCK_DEVICE
            self.add(path, kind, state, device=state.st_rdev)

    def linked(self, path, state):
        """Whether the file is a member already, and this is now another name of it."""
        if state.st_nlink < 2:
            return False
        first = self.links.setdefault((state.st_dev, state.st_ino), path)
        if first == path:
            return False
        self.add(path, tar_writer.LINK, state, link=first)
        return True

    def file(self, path, state):
        if scrub.is_left_out(path, self.lower_state(path) is not None):
            self.note(self.scrubbed, path)
            return
        if not self.is_changed(path, state):
            return
        self.write_waiting()
        if self.linked(path, state):
            return
        fd = os.open(self.at(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            start = self.scrub.start_of(path, fd, state)
            if start is not None:
                self.note(self.scrubbed, path)
            size = size_with(start, path, state)
            runs = data_runs(fd, size) if size >= SPARSE_LIMIT else None
            parts = self.content(fd, size, start) if runs is None else run_parts(fd, runs)
            self.add(path, tar_writer.FILE, state, size=size, runs=runs, xattrs=attributes_of(self.at(path)), parts=parts)
        finally:
            os.close(fd)


def path_of(folder, name):
    return folder + b"/" + name if folder else name


def is_opaque(path, name):
    try:
        return os.getxattr(path, name, follow_symlinks=False) == b"y"
    except OSError:
        return False


def size_with(start, path, state):
    return len(start) if start is not None and path in scrub.SHADOWS else state.st_size


def positions(parts):
    at = 0
    for part in parts:
        yield at, part
        at += len(part)


def data_runs(fd, size):
    """Where a file has other bytes than zeros, in blocks; `None` when it is better written whole.

    It is the content that decides, and not which blocks the disk happens to hold.
    """
    runs, at = [], 0
    while at < size:
        try:
            at = os.lseek(fd, at, os.SEEK_DATA) // SPARSE_BLOCK * SPARSE_BLOCK
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            break  # nothing but a hole from here
        part = os.pread(fd, min(CHUNK, size - at), at)
        for offset in range(0, len(part), SPARSE_BLOCK):
            block = part[offset : offset + SPARSE_BLOCK]
            if block == ZEROS[: len(block)]:
                continue
            if runs and sum(runs[-1]) == at + offset:
                runs[-1] = (runs[-1][0], runs[-1][1] + len(block))
            else:
                runs.append((at + offset, len(block)))
        at += len(part)
        if len(runs) > MAX_RUNS or not part:
            return None
    return runs if sum(length for _, length in runs) <= size // 2 else None


def run_parts(fd, runs):
    for offset, length in runs:
        while length:
            part = os.pread(fd, min(CHUNK, length), offset)
            if not part:
                return
            yield part
            offset, length = offset + len(part), length - len(part)
