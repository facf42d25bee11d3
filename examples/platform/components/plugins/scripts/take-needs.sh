#!/bin/sh
# Puts what this component needs into its result, so that the result stands on its own. A mobileops
# build says where the needed component is; without one it is the folder beside this.
set -eu
rm -rf dist
mkdir -p dist/plugins
cp -R "${DEPS_COMPONENT_SECURITY:-../security}/dist/security" dist/plugins/security
