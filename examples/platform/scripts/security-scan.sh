#!/usr/bin/env bash
# Build step security-scan. It fails where mobileops cannot scan: a scan that did not run is not a pass.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

log "scanning"
mobileops scan
