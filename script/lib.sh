# Shared by the scripts beside it: where things are, and what the machine lacks.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
VENV=${VENV:-$ROOT/.venv}
PYTHON=$VENV/bin/python
export PYTHONUNBUFFERED=1

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# every script tells what its first lines say
case ${1:-} in
  -h | --help) sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"; exit ;;
esac

# need_packages PROGRAM=PACKAGE ...: install the Debian packages of missing programs,
# or of files that are named by their whole path.
need_packages() {
  local missing=() pair program
  for pair in "$@"; do
    program=${pair%%=*}
    if ! command -v "$program" >/dev/null 2>&1 && ! [ -e "$program" ]; then
      missing+=("${pair#*=}")
    fi
  done
  [ ${#missing[@]} -eq 0 ] && return
  local line="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    fail "these Debian packages are missing: ${missing[*]}
Run this and start again:
  sudo sh -c '$line'"
  fi
  say "installing ${missing[*]}"
  DEBIAN_FRONTEND=noninteractive sh -c "$line" >/tmp/realfake-apt.log 2>&1 ||
    { tail -n 20 /tmp/realfake-apt.log >&2; fail "apt-get failed: $line"; }
}

# find_python: the newest of the Pythons that the pinned versions are made for.
find_python() {
  local each
  for each in python3.12 python3.11 python3; do
    if command -v "$each" >/dev/null 2>&1 &&
      "$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
      2>/dev/null; then
      command -v "$each"
      return
    fi
  done
  fail "Python 3.11 or 3.12 is needed and was not found"
}

# free_port FIRST: the first port from FIRST on that nothing listens on.
free_port() {
  "$PYTHON" - "$1" <<'PY'
import socket, sys
for port in range(int(sys.argv[1]), int(sys.argv[1]) + 200):
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)):
            print(port)
            break
PY
}
