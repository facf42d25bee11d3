#!/usr/bin/env bash
# Build step setup-environment: the declaration is right, and what it asks of this machine is here.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

log "checking the declaration"
mobileops validate
