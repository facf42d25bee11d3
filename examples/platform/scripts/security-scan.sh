#!/usr/bin/env bash
# Build step security-scan, for a mobileops with the verb "scan" (a later version). Until then it fails: a scan that did not
# run is not a pass.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

log "scanning"
mobileops scan
