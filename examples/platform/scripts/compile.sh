#!/usr/bin/env bash
# Build step compile-components: builds everything that is not built.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

log "building"
mobileops build all
