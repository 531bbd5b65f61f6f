#!/usr/bin/env bash
# Founds a node of its own on this machine, points the hostile peer at it, and ends it. Give the folder of the build.
set -euo pipefail
build=$1
dir=$(mktemp -d)
port=18437
export ATELIER_DEV=1 ATELIER_DOMAIN=localhost:$port ATELIER_LISTEN=127.0.0.1:$port ATELIER_DATA_DIR=$dir ATELIER_LOG=error
echo "a long enough password" | "$build/atelier" init --handle loos --name Loos --language en \
  --steward Sol --email sol@example.org --password-stdin
"$build/atelier" serve &
node=$!
trap 'kill "$node" 2>/dev/null || true; wait "$node" || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do
  if curl -sf -o "$dir/health" "http://localhost:$port/health"; then break; fi
  sleep 0.2
done
"$build/examples/hostile" "http://localhost:$port"
