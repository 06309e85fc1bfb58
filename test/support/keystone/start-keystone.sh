#!/usr/bin/env bash
# Starts a real Keystone of its own for the identity tests, on a free loopback port, and prints one line:
# the JSON that HINDSIGHT_TEST_KEYSTONE takes. Needs Debian's python3-keystone and python3-openstackclient.
#   start-keystone.sh FOLDER      state and logs go to FOLDER; the server's pid is in FOLDER/pid
set -euo pipefail
folder=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY

mkdir -p -m 700 "$folder" "$folder/fernet-keys" "$folder/credential-keys"
cat >"$folder/keystone.conf" <<CONF
[DEFAULT]
log_file = $folder/keystone.log
[database]
connection = sqlite:///$folder/keystone.db
[token]
provider = fernet
[fernet_tokens]
key_repository = $folder/fernet-keys
[fernet_receipts]
key_repository = $folder/fernet-keys
[credential]
key_repository = $folder/credential-keys
[identity]
# Passwords of a test only: cheap hashes are good enough.
password_hash_rounds = 4
CONF

manage() { keystone-manage --config-file "$folder/keystone.conf" "$@" >>"$folder/setup.log" 2>&1; }
port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port/v3
user=$(id -un) group=$(id -gn)
manage db_sync
# Persistent; without it a connection that has not finished reading keeps others from committing.
/usr/bin/python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA journal_mode=WAL")' "$folder/keystone.db"
manage fernet_setup --keystone-user "$user" --keystone-group "$group"
manage credential_setup --keystone-user "$user" --keystone-group "$group"
manage bootstrap --bootstrap-password admin-secret --bootstrap-region-id RegionOne \
    --bootstrap-public-url "$url" --bootstrap-internal-url "$url" --bootstrap-admin-url "$url"

OS_KEYSTONE_CONFIG_FILES=$folder/keystone.conf keystone-wsgi-public --host 127.0.0.1 --port "$port" \
    >>"$folder/server.log" 2>&1 </dev/null &
pid=$!
echo "$pid" >"$folder/pid"

for _ in $(seq 120); do
    if curl --silent --output /dev/null --noproxy '*' --max-time 5 "$url"; then
        exec /usr/bin/python3 "$here/provision.py" "$url"
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.5
done
echo "Keystone does not answer at $url; see $folder" >&2
tail -n 20 "$folder/server.log" "$folder/setup.log" >&2
exit 1
