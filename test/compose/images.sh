#!/usr/bin/env bash
# The images that Dockerfile and compose.yaml start from: pulled, or where no registry can be reached,
# stand-ins under the same names.
#
# The stand-in is one image for all three: nginx and redis-server of Debian unstable, and Node and npm
# of the npm registry. It is made only for an engine that engine.sh started, or with UNBLOCK_STANDIN=1
# (which also skips pulling), so that no false `redis:…` is left in a developer's engine.
# UNBLOCK_CACHE_DIR, if set, keeps it for the next time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/debian.sh"

say() { echo "images: $*" >&2; }

# image_of VARIABLE: what `${VARIABLE:-…}` in compose.yaml comes to.
image_of() { echo "${!1:-$(sed -n "s/.*\${$1:-\([^}]*\)}.*/\1/p" "$here/../../compose.yaml" | sed 1q)}"; }

# Unpacked only: no package's script has run, so what they would make and is needed is made here.
unpack_debian() {
  local tree=$1
  if [ -z "$(debian_mirror)" ] && may_install; then apt-get -qq update >&2; fi
  sid_unpack "$tree" base-files dash bash coreutils grep sed libc-bin nginx-light redis-server wget
  cp "$tree/usr/share/base-passwd/passwd.master" "$tree/etc/passwd"
  cp "$tree/usr/share/base-passwd/group.master" "$tree/etc/group"
  ln -sf dash "$tree/usr/bin/sh"
  mkdir "$tree/data"
}

# unpack_node TREE VERSION: Node and npm, where the official image has them.
unpack_node() {
  local local=$1/usr/local version=$2 arch
  arch=$(node -p process.arch)
  npm install --silent --no-save --ignore-scripts --prefix "$work/npm" "node-linux-$arch@$version" npm@11
  mkdir -p "$local/bin" "$local/lib/node_modules"
  mv "$work/npm/node_modules/node-linux-$arch/bin/node" "$local/bin/"
  mv "$work/npm/node_modules/npm" "$local/lib/node_modules/"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$local/bin/npm"
}

# Prints the name of the stand-in as a tar file.
stand_in() {
  local version=${node_image#*:} tar tree=$work/tree node
  version=${version%%-*}
  # Another version of this script makes another stand-in.
  tar=${UNBLOCK_CACHE_DIR:-$work}/standin-$(uname -m)-node$version-$(cksum <"$0" | cut -d ' ' -f 1).tar
  if [ ! -e "$tar" ]; then
    mkdir -p "$tree" "${tar%/*}"
    unpack_node "$work/node" "$version" &
    node=$!
    unpack_debian "$tree"
    wait $node
    cp -a "$work/node/." "$tree/"
    tar --create --file "$tar.part" --owner 0 --group 0 --directory "$tree" \
      --exclude './usr/share/doc' --exclude './usr/share/locale' --exclude './data' .
    # Redis's own user and folder, as in the official image.
    tar --append --file "$tar.part" --owner 999 --group 1000 --directory "$tree" ./data
    mv "$tar.part" "$tar"
  fi
  echo "$tar"
}

node_image=$(image_of NODE_IMAGE)
missing=()
for image in "$node_image" "$(image_of NGINX_IMAGE)" "$(image_of REDIS_IMAGE)"; do
  docker image inspect "$image" >/dev/null 2>&1 || missing+=("$image")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "${UNBLOCK_STANDIN:-}" != 1 ]; then
  unpulled=()
  for image in "${missing[@]}"; do
    # One refusal is enough: the others come from the same place.
    [ ${#unpulled[@]} = 0 ] && timeout 300 docker pull --quiet "$image" >&2 || unpulled+=("$image")
  done
  missing=("${unpulled[@]}")
  [ ${#missing[@]} -gt 0 ] || exit 0
  if [ "${DOCKER_HOST:-}" != "unix://${UNBLOCK_ENGINE_DIR:-}/docker.sock" ]; then
    say "cannot pull ${missing[*]}; for stand-ins made of Debian packages: UNBLOCK_STANDIN=1"
    exit 1
  fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "no registry: making a stand-in for ${missing[*]}"
tar=$(stand_in)
docker import --change 'ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin' "$tar" unblock-standin:latest >/dev/null
for image in "${missing[@]}"; do docker tag unblock-standin:latest "$image"; done
say "made in $SECONDS s"
