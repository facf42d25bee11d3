#!/bin/sh
# Puts what this component needs into its result, so that the result stands on its own. A mobileops
# build says where the needed components are; without one they are the folders beside this.
set -eu
rm -rf dist
mkdir -p dist/network
cp -R "${DEPS_COMPONENT_SECURITY:-../security}/dist/security" dist/network/security
cp "${DEPS_COMPONENT_TELEMETRY_SCHEMA:-../telemetry-schema}/dist/telemetry-schema/signals.json" dist/network/
