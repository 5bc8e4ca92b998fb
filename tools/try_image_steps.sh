#!/usr/bin/env bash
# The image's steps without a container engine, as a plain user in an empty folder: copies what .dockerignore
# lets through, installs the locked dependencies, starts the service, asks /healthz, stops it as an engine would.
# What it cannot show: the base image, the volume, the limits of compose.yaml.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
service=
cleanup() {
  [ -z "$service" ] || kill -KILL "$service" 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT

as_user=(env -u PYTHONPATH HOME="$folder/home")
if [ "$(id -u)" -eq 0 ]; then
  as_user=(setpriv --reuid=10001 --regid=10001 --clear-groups "${as_user[@]}")
fi

sed -n 's/^!//p' .dockerignore | while read -r name; do
  cp -R --parents "$name" "$folder"
done
find "$folder" -name __pycache__ -prune -exec rm -rf {} +
chmod -R go+rX "$folder"
cd "$folder"
mkdir data venv home
if [ "$(id -u)" -eq 0 ]; then chown 10001:10001 data venv home; chmod 755 .; fi

echo "Installing requirements/base.txt ..."
"${as_user[@]}" python3 -m venv venv
"${as_user[@]}" venv/bin/python -m pip install -qq --no-cache-dir --disable-pip-version-check --require-hashes \
  -r requirements/base.txt
"${as_user[@]}" venv/bin/python -m pip check

port=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
secret=$(venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(32))')
echo "Starting the service ..."
"${as_user[@]}" PYTHONDONTWRITEBYTECODE=1 BOT_LISTEN="127.0.0.1:$port" BOT_SECRET_KEY="$secret" \
  venv/bin/python -m bot serve </dev/null >service.log 2>&1 &
service=$!

ask="import urllib.request as r; r.urlopen('http://127.0.0.1:$port/healthz', timeout=4)"
for attempt in $(seq 60); do
  if venv/bin/python -c "$ask" 2>/dev/null; then break; fi
  if [ "$attempt" -eq 60 ] || ! kill -0 "$service" 2>/dev/null; then
    cat service.log
    echo "The service did not answer /healthz."
    exit 1
  fi
  sleep 0.5
done
echo "/healthz answers."

kill -TERM "$service"
status=0
timeout 10 tail --pid="$service" -f /dev/null || { echo "The service did not stop within 10 s."; exit 1; }
wait "$service" || status=$?
service=
[ "$status" -eq 0 ] || { cat service.log; echo "The service ended with $status."; exit 1; }
echo "Stopped with 0. The image's steps hold."
