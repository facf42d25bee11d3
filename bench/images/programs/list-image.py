"""Lists the regular files of an image: an OCI layout, or a folder that a `docker save` archive was unpacked into.

Independent of the tools under test: every blob of a layout is hashed, every layer is read to its end, later layers win.
Prints one line a file, `<sha256> <size> <path>`, sorted, for the paths that begin with one of the given prefixes.
"""

import hashlib
import json
import os
import sys
import tarfile


class Hashing:
    """A file that hashes what is read of it."""

    def __init__(self, file):
        self.file = file
        self.hash = hashlib.sha256()

    def read(self, size=-1):
        data = self.file.read(size)
        self.hash.update(data)
        return data


def main(root, prefixes):
    files = {}
    for path, digest in layers_of(root):
        with open(path, "rb") as file:
            hashing = Hashing(file)
            add_layer(files, hashing, tuple(prefixes))
            while hashing.read(1 << 20):
                pass
            if digest and digest != hashing.hash.hexdigest():
                sys.exit(f"{path}: not what its name says")
    for path in sorted(files):
        size, digest = files[path]
        print(digest, size, path)


def layers_of(root):
    """Paths of the layers from the bottom up, with the SHA-256 that each must have where it is known."""
    index = os.path.join(root, "index.json")
    if not os.path.exists(index):
        [image] = load(os.path.join(root, "manifest.json"))
        return [(os.path.join(root, name), None) for name in image["Layers"]]
    manifest = load(index)
    while "manifests" in manifest:
        # A layout that was written twice names what was written last at its end.
        images = [each for each in manifest["manifests"] if each.get("platform", {}).get("os") != "unknown"]
        manifest = json.loads(checked(root, images[-1]["digest"]))
    checked(root, manifest["config"]["digest"])
    return [(blob(root, each["digest"]), each["digest"].split(":")[1]) for each in manifest["layers"]]


def add_layer(files, stream, prefixes):
    with tarfile.open(fileobj=stream, mode="r|*", bufsize=1 << 20) as archive:
        for member in archive:
            path = os.path.normpath(member.name).lstrip("/")
            folder, name = os.path.split(path)
            if name == ".wh..wh..opq":
                remove(files, folder, keeps_itself=True)
            elif name.startswith(".wh."):
                remove(files, os.path.join(folder, name[4:]))
            elif not member.isdir():
                files.pop(path, None)
                if member.isreg() and path.startswith(prefixes):
                    files[path] = (member.size, hash_of(archive.extractfile(member)))


def remove(files, path, keeps_itself=False):
    for each in [each for each in files if each.startswith(path + "/") or (each == path and not keeps_itself)]:
        del files[each]


def hash_of(file):
    return hashlib.file_digest(file, "sha256").hexdigest()


def checked(root, digest):
    with open(blob(root, digest), "rb") as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != digest.split(":")[1]:
        sys.exit(f"{digest}: not what its name says")
    return data


def blob(root, digest):
    return os.path.join(root, "blobs", *digest.split(":"))


def load(path):
    with open(path, "rb") as file:
        return json.load(file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
