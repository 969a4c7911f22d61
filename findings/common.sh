# Sourced by each finding: a folder that goes away, an environment in it, and `expect`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages() { python3 -m venv "$work/env" && "$work/env/bin/pip" install --quiet "$@" 2>&1 | grep -v -e WARNING -e notice || true; }
run() { HOME="$work" "$work/env/bin/python" -; }
