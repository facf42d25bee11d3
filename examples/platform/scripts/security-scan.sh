#!/usr/bin/env bash
# Build step security-scan: known vulnerabilities, secrets and models that run code. Missing or old advisories fail it, too.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

log "scanning"
mobileops scan
