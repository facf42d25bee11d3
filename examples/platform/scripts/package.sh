#!/usr/bin/env bash
# Build step package-artifacts: the release archive, its checksum and its manifest.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The version that is built: BUILD_VERSION, else the one of the declaration.
declared="$(sed -n 's/^  version: "\(.*\)"$/\1/p' "$PLATFORM_HOME/build-config.yaml")"
version="${BUILD_VERSION:-$declared}"
[[ -n "$version" ]] || die 2 "no version: set BUILD_VERSION or spec.version in build-config.yaml"

log "packaging $version"
mobileops release "v${version#v}" "${1:-Automated build}"
