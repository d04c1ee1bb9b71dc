#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image: find or install a Python, then what grading needs.
set -euo pipefail
root="${POOLSCHOOL_AUTOGRADER:-/autograder}"
export DEBIAN_FRONTEND=noninteractive

if [ -n "${POOLSCHOOL_PYTHON:-}" ]; then
  echo "Grading with $POOLSCHOOL_PYTHON, which has its parts already."
  exit 0
fi

# A released Python from 3.11 on that can make a venv with pip.
usable() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11) or sys.version_info.releaselevel != "final")' 2>/dev/null
}

find_python() {
  for name in python3.14 python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null 2>&1 && usable "$name"; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# What the system's own packages have: Ubuntu 24.04 has 3.12.
install_from_system() {
  command -v apt-get >/dev/null 2>&1 || return 1
  apt-get update -qq >&2 || return 1
  for name in python3.14 python3.13 python3.12; do
    if apt-get install -y -qq "$name" "$name-venv" >&2 2>/dev/null && find_python; then
      return 0
    fi
  done
  return 1
}

# Ubuntu 22.04 has 3.10 and a release candidate of 3.11: uv brings a Python of its own.
install_with_uv() {
  apt-get install -y -qq python3-venv >&2 || true
  python3 -m venv "$root/uv" >&2 || return 1
  "$root/uv/bin/pip" install --quiet uv >&2 || return 1
  UV_PYTHON_INSTALL_DIR="$root/python" "$root/uv/bin/uv" python install 3.13 >&2 || return 1
  UV_PYTHON_INSTALL_DIR="$root/python" "$root/uv/bin/uv" python find --no-project --python-preference only-managed 3.13
}

if ! python="$(find_python || install_from_system || install_with_uv)"; then
  echo "No Python from 3.11 on could be found or installed. Choose a newer base image for this autograder." >&2
  exit 1
fi
echo "Grading with $python ($("$python" --version))."
"$python" "$root/source/grading_setup.py" "$root/venv"
