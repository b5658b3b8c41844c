#!/usr/bin/env bash
# Tests compose.yaml for real: a Docker engine, the images, the build, the tests; then all of it is
# taken down again. Where no engine is to be had it says so and succeeds.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."

work=$(mktemp -d)
export UNBLOCK_PROJECT=unblock-test-$$ UNBLOCK_IMAGE=unblock:test COMPOSE_BAKE=false
compose() { docker compose --project-name "$UNBLOCK_PROJECT" "$@"; }

started=
clean_up() {
  trap - EXIT INT TERM
  if [ -n "$started" ]; then
    compose down --volumes --timeout 5 >/dev/null 2>&1 || true
    "$here/engine.sh" stop || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step() { echo "compose: $1 after $SECONDS s" >&2; }

code=0
"$here/engine.sh" start >"$work/environment" || code=$?
if [ $code = 3 ]; then
  echo '*** SKIPPED: the Compose tests did NOT run, since there is no Docker engine (the reason is above) ***'
  exit 0
fi
[ $code = 0 ] || exit $code
. "$work/environment"
started=yes
step 'engine ready'

"$here/images.sh"
step 'images ready'

# npm in the build gets what npm has here, as secrets: they are in no layer.
export UNBLOCK_BUILD_NPMRC=$work/npmrc UNBLOCK_BUILD_CA=$work/ca
{
  cat "$(npm config get userconfig)" 2>/dev/null || true
  echo
  echo "registry=$(npm config get registry)"
} >"$UNBLOCK_BUILD_NPMRC"
cat "${NODE_EXTRA_CA_CERTS:-/dev/null}" >"$UNBLOCK_BUILD_CA"
if ! compose --file compose.yaml --file "$here/build.yaml" --progress plain build server >"$work/build.log" 2>&1; then
  tail -n 40 "$work/build.log" >&2
  exit 1
fi
step 'image built'

node=node_modules/node/bin/node
[ -x $node ] || node=node
$node --test "$here/compose.test.ts"
step 'tests passed'
