#!/usr/bin/env bash
# Makes the virtual environment $1 with everything of requirements/dev.txt and the project itself.
# Safe to repeat. Uses whatever package index pip is configured with; the hashes decide what is accepted.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=${1:-.venv}
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install_packages() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

usable() { "$venv/bin/python" -m pip --version >/dev/null 2>&1 && new_enough "$venv/bin/python"; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if ! usable; then
  command -v "$python" >/dev/null || die "There is no $python. Install Python 3.11 or newer, or name one: make install PYTHON=python3.12"
  new_enough "$python" ||
    die "Python 3.11 or newer is needed, $python is $("$python" -V 2>&1). Name another one: make install PYTHON=python3.12"

  if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    may_install_packages || die "$python cannot make virtual environments. Ask an administrator to run: apt-get install $package"
    say "Installing $package ..."
    as_root apt-get update -qq </dev/null || say "apt-get update failed; trying with the package lists at hand."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" </dev/null >/dev/null ||
      die "$package could not be installed. Install Python 3.11 or newer with its venv module, then run make install again."
  fi

  say "Making $venv with $("$python" -V) ..."
  "$python" -m venv --clear "$venv"
fi

say "Installing the locked dependencies ..."
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements/dev.txt
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
