# Debian packages for the scripts beside this one, from the mirror that this machine already uses.
# To be sourced.

# May packages be installed or fetched on this machine?
may_install() { [ "${CI:-}" = true ] || [ "${UNBLOCK_ENGINE_INSTALL:-}" = 1 ]; }

# The base address of the machine's Debian mirror; empty where apt knows none (after `apt-get update`).
debian_mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 2>/dev/null | sed 1q
}

# apt_install PACKAGE...: from the machine's own sources, without a question.
apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 \
    --no-install-recommends install "$@" >&2
}

# sid_unpack DIR PACKAGE...: unpacks these packages of Debian unstable, and those that they need, to
# DIR. Nothing is installed, no package's script runs, and unstable is not added to the machine's
# sources: apt works on lists of its own.
sid_unpack() (
  set -e
  dir=$1
  shift
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || { echo "apt knows no Debian mirror here" >&2; exit 1; }
  apt=$(mktemp -d)
  trap 'rm -rf "$apt"' EXIT
  mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$dir"
  touch "$apt/status"
  echo "deb $mirror sid main" >"$apt/sources.list"
  options=(-qq -y -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State=$apt/state" -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache"
    -o Acquire::Languages=none -o APT::Install-Recommends=false -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update >&2
  apt-get "${options[@]}" --download-only install "$@" >&2
  for package in "$apt"/cache/archives/*.deb; do dpkg-deb --extract "$package" "$dir"; done
)
