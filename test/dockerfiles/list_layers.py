"""Lists the members of layers as JSON, with the reader of Python's own library: arguments are the blobs, lowest first."""

import hashlib
import json
import sys
import tarfile

KINDS = {
    tarfile.DIRTYPE: "folder",
    tarfile.SYMTYPE: "link",
    tarfile.LNKTYPE: "hard link",
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
}


def member(tar, info):
    content = tar.extractfile(info) if info.isreg() else None
    return {
        "path": info.name.lstrip("./").rstrip("/"),
        "kind": KINDS.get(info.type, "other"),
        "mode": oct(info.mode & 0o7777),
        "owner": f"{info.uid}:{info.gid}",
        "target": info.linkname,
        "sha256": hashlib.sha256(content.read()).hexdigest() if content else "",
        "xattrs": sorted(name for name in info.pax_headers if name.startswith("SCHILY.xattr.")),
    }


layers = []
for path in sys.argv[1:]:
    with tarfile.open(path) as tar:
        layers.append([member(tar, info) for info in tar])
json.dump(layers, sys.stdout)
