#!/usr/bin/env bash
# Build step package-artifacts: the archive, its checksum and its manifest; with BUILD_VERSION, a release.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [[ -n "${BUILD_VERSION:-}" ]]; then
    log "releasing $BUILD_VERSION"
    # A commit that was not checked is not released.
    mobileops check
    mobileops release "v${BUILD_VERSION#v}" "${1:-Automated build}"
else
    log "packaging"
    mobileops package
fi
