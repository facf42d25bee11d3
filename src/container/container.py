"""Runs one RUN of a Dockerfile without a daemon, and makes a layer of what it changed; or starts an image (`service.py`).

  stdin   one line of JSON, the request (see `conversation.ts`), and for a service more; its end, at any time, ends everything
  stdout  lines of JSON: {"output": base64} as it comes, at last {"done": ...} or {"failed": {"kind", "message", ...}}

Three processes of a RUN, each of which dies with the one before: this one, which waits and tidies up; the worker, in the user
namespace with its range of ids (for root in none), which unpacks layers and makes the new one; and the first process of the
command's own namespaces. Needs Python 3.11 and Linux 5.12; uses the standard library alone.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import supervisor  # noqa: E402

if __name__ == "__main__":
    supervisor.main()
