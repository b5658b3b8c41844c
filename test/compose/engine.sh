#!/usr/bin/env bash
# A Docker engine with Compose for the tests:  eval "$(engine.sh start)" … engine.sh stop
#
# `start` uses the engine that answers already, untouched. Else, as root, it starts one whose every
# file is in UNBLOCK_ENGINE_DIR (default: a new temporary directory). It prints the variables to set:
# UNBLOCK_ENGINE_DIR, DOCKER_HOST and, where Compose had to be fetched, DOCKER_CONFIG. All else that
# it says goes to standard error. Packages are installed only with CI=true or UNBLOCK_ENGINE_INSTALL=1.
# `stop` ends what `start` started, and removes the directory.
# Exit code 3: no engine is to be had here, and one line says why.
set -euo pipefail
cd "$(dirname "$0")"
. ./debian.sh

say() { echo "engine: $*" >&2; }
unavailable() { say "$*"; exit 3; }
answers() { timeout 10 docker info >/dev/null 2>&1; }

# need_packages WHAT: returns if packages may be installed here, or ends with the reason.
need_packages() {
  may_install || unavailable "$1 is missing; to have it installed: UNBLOCK_ENGINE_INSTALL=1 (or CI=true)"
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || unavailable "$1 is missing, and only root on a Debian machine can install it here"
  if [ -z "${apt_updated:-}" ]; then
    apt-get -qq update >&2 || unavailable "$1 is missing, and 'apt-get update' failed"
    apt_updated=yes
  fi
}

# A container's limits need the cgroup controllers. Where no init system mounted them, mount them as
# cgroup v1, the only kind that works one controller at a time.
mount_cgroups() {
  local root=/sys/fs/cgroup name hierarchy count enabled
  if [ -e $root/cgroup.controllers ] || mountpoint -q $root/memory; then return; fi
  mountpoint -q $root || { mount -t tmpfs cgroup $root && echo $root >>"$dir/mounts"; }
  while read -r name hierarchy count enabled; do
    [ "$enabled" = 1 ] && ! mountpoint -q "$root/$name" || continue
    mkdir -p "$root/$name"
    if mount -t cgroup -o "$name" cgroup "$root/$name" 2>/dev/null; then
      echo "$root/$name" >>"$dir/mounts"
    else
      rmdir "$root/$name"
    fi
  done < <(grep -v '^#' /proc/cgroups)
}

# The engine leaves the machine's firewall, forwarding and default bridge alone: containers reach
# each other and loopback reaches published ports without them; only the way out is missing.
start_engine() {
  [ "$(id -u)" = 0 ] || unavailable "no Docker engine answers, and only root can start one"
  if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
    need_packages "a Docker engine"
    apt_install docker.io iptables || unavailable "apt-get could not install docker.io"
    command -v docker >/dev/null || apt_install docker-cli || unavailable "apt-get could not install docker-cli"
    if answers; then return; fi # an init system may have started it
  fi
  mount_cgroups
  export DOCKER_HOST=unix://$dir/docker.sock
  if answers; then return; fi # started before, by this script
  echo '{}' >"$dir/daemon.json"
  setsid dockerd --config-file "$dir/daemon.json" --host "$DOCKER_HOST" --pidfile "$dir/docker.pid" \
    --data-root "$dir/data" --exec-root "$dir/exec" --cgroup-parent "/${dir##*/}" \
    --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
    >"$dir/dockerd.log" 2>&1 </dev/null &
  local launched=$! waited
  for ((waited = 0; waited < 300; waited++)); do
    if [ -S "$dir/docker.sock" ] && answers; then return; fi
    kill -0 $launched 2>/dev/null || break
    sleep 0.1
  done
  local reason
  reason=$(grep -E 'level=(fatal|error)|^failed|^Error' "$dir/dockerd.log" | tail -n 1)
  stop
  unavailable "dockerd did not start: ${reason:-no answer within 30 s}"
}

# Kept in the engine's directory, beside whatever configuration the user has, never over it.
add_compose() {
  if docker compose version >/dev/null 2>&1; then return; fi
  need_packages "the Docker Compose plugin"
  sid_unpack "$dir/compose" docker-compose || unavailable "the Compose plugin could not be fetched from Debian unstable"
  local user_config=${DOCKER_CONFIG:-$HOME/.docker}
  export DOCKER_CONFIG=$dir/config
  mkdir -p "$DOCKER_CONFIG/cli-plugins"
  if [ -e "$user_config/config.json" ]; then cp "$user_config/config.json" "$DOCKER_CONFIG/"; fi
  find "$dir/compose" -name docker-compose -type f -perm -u+x -exec cp {} "$DOCKER_CONFIG/cli-plugins/" \;
  rm -rf "$dir/compose"
  docker compose version >/dev/null 2>&1 || unavailable "the Compose plugin does not run here"
}

start() {
  dir=${UNBLOCK_ENGINE_DIR:-$(mktemp -d "${TMPDIR:-/tmp}/unblock-engine.XXXXXX")}
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  touch "$dir/.unblock-engine"
  trap '[ $? = 0 ] || stop' EXIT
  if command -v docker >/dev/null && answers; then
    DOCKER_HOST=${DOCKER_HOST:-$(docker context inspect --format '{{.Endpoints.docker.Host}}')}
  else
    start_engine
  fi
  add_compose
  say "$(docker version --format 'Docker {{.Server.Version}}'), Compose $(docker compose version --short), at $DOCKER_HOST"
  printf 'export UNBLOCK_ENGINE_DIR=%q DOCKER_HOST=%q' "$dir" "$DOCKER_HOST"
  printf ' DOCKER_CONFIG=%q\n' "${DOCKER_CONFIG:-$HOME/.docker}"
}

# Safe to call twice, and after a failed start.
stop() {
  dir=${dir:-${UNBLOCK_ENGINE_DIR:-}}
  [ -n "$dir" ] || unavailable "stop: set UNBLOCK_ENGINE_DIR to what start printed"
  [ -e "$dir/.unblock-engine" ] || return 0
  local pid waited
  pid=$(cat "$dir/docker.pid" 2>/dev/null || true)
  # The number may belong to another process by now: it must be the one that was given our directory.
  if [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "--data-root $dir/data"; then
    local DOCKER_HOST=unix://$dir/docker.sock
    export DOCKER_HOST
    # Containers and bridges of a run that was cut off go first: dockerd would leave the bridges.
    timeout 30 docker ps -aq | xargs -r timeout 60 docker rm -f >/dev/null 2>&1 || true
    timeout 30 docker network prune -f >/dev/null 2>&1 || true
    kill "$pid"
    for ((waited = 0; waited < 200; waited++)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
  fi
  find /sys/fs/cgroup -depth -type d -path "*/${dir##*/}*" -exec rmdir {} + 2>/dev/null || true
  if [ -e "$dir/mounts" ]; then tac "$dir/mounts" | xargs -r umount || true; fi
  awk -v d="$dir/" 'index($2, d) == 1 { print $2 }' /proc/mounts | tac | xargs -r umount
  rm -rf --one-file-system "$dir"
}

case ${1:-} in
start) start ;;
stop) stop ;;
*) echo "usage: $0 start|stop" >&2; exit 2 ;;
esac
