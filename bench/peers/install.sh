#!/bin/sh
# Installs the peers that are no npm packages, from the system's own packages: Flask, gunicorn, Celery and Sidekiq.
# No service is started. Exits with 0 when all are there, 1 when one could not be installed, 2 where there is no apt-get
# or no right to use it.
set -u

packages='python3-flask gunicorn python3-celery python3-redis ruby-sidekiq'
say() { printf 'peers | %s\n' "$*" >&2; }

# Debian's own interpreters: others that come first in the PATH do not see Debian's packages.
python_has() { /usr/bin/python3 -c "import $1" 2>/dev/null; }
ruby_has() { /usr/bin/ruby -e "require '$1'" 2>/dev/null; }
missing() {
  for module in flask gunicorn celery redis; do python_has "$module" || echo "$module"; done
  ruby_has sidekiq || echo sidekiq
}

if [ -z "$(missing)" ]; then
  say 'all installed already'
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  say "there is no apt-get here; missing: $(missing | xargs)"
  exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then exec sudo -n "$0"; fi
  say "needs root, and sudo asks for a password. Run: sudo $0"
  exit 2
fi

# Where Debian asks whether a service may start; the answer is no for as long as this script runs. One that is
# there already is left alone.
policy=/usr/sbin/policy-rc.d
log=$(mktemp)
made=
trap 'rm -f "$log" $made' EXIT
trap 'exit 130' HUP INT TERM
if [ ! -e "$policy" ]; then
  made=$policy
  printf '#!/bin/sh\nkill -0 %s 2>/dev/null && exit 101\nexit 0\n' $$ >"$policy"
  chmod 755 "$policy"
fi

install() {
  # shellcheck disable=SC2086 # one word a package
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=120 $packages >"$log" 2>&1
}
say "apt-get install $packages; no service is started"
# The package lists may be missing or out of date: fetched only if it does not work without.
if ! install && ! { apt-get update >"$log" 2>&1 && install; }; then
  say 'apt-get failed; the end of what it said:'
  tail -n 12 "$log" >&2
fi
if [ -n "$(missing)" ]; then
  say "not installed: $(missing | xargs)"
  exit 1
fi
say 'installed'
