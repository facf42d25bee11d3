#!/usr/bin/env bash
# Build step run-tests: unit, integration and performance tests of every component.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

log "testing"
mobileops test
