#!/usr/bin/env bash
# Build step install-dependencies: fetches what the lock names, into the user's cache.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

log "fetching locked packages and tools"
mobileops prepare
