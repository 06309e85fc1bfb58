#!/usr/bin/env bash
# Starts a real object store that speaks S3 (OpenStack Swift with its s3api), on free loopback ports, and prints one
# line: the JSON that HINDSIGHT_TEST_S3 takes. Needs Debian's swift-proxy, swift-account, swift-container and
# swift-object, and a file system with extended attributes.
#   start-s3.sh FOLDER      state and logs go to FOLDER; the servers' pids are in FOLDER/pid
set -euo pipefail
mkdir -p -m 700 "$1" "$1/devices/disk"
folder=$(cd "$1" && pwd)
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY

read -r proxy account container object < <(/usr/bin/python3 - <<'PYTHON'
import socket

sockets = [socket.socket() for _ in range(4)]
for each in sockets:
    each.bind(('127.0.0.1', 0))
print(*(each.getsockname()[1] for each in sockets))
PYTHON
)
url=http://127.0.0.1:$proxy

cat >"$folder/swift.conf" <<CONF
[swift-hash]
swift_hash_path_suffix = test
[storage-policy:0]
name = only
default = yes
CONF

defaults() {
    cat <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $1
workers = 0
user = $(id -un)
swift_dir = $folder
devices = $folder/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
log_address = $folder/no-syslog
log_level = WARNING
CONF
}

storage() {
    local kind=$1 port=$2
    { defaults "$port"; printf '[pipeline:main]\npipeline = %s-server\n[app:%s-server]\nuse = egg:swift#%s\n' "$kind" "$kind" "$kind"; } \
        >"$folder/$kind-server.conf"
    local ring=$folder/$kind.builder
    swift-ring-builder "$ring" create 4 1 1
    swift-ring-builder "$ring" add "r1z1-127.0.0.1:$port/disk" 1
    swift-ring-builder "$ring" rebalance 1
}

{ storage account "$account"; storage container "$container"; storage object "$object"; } >>"$folder/setup.log" 2>&1

{
    defaults "$proxy"
    cat <<CONF
[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
# Nobody listens there: everything works without a cache.
memcache_servers = 127.0.0.1:9
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
s3_acl = false
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
CONF
} >"$folder/proxy-server.conf"

: >"$folder/pid"
start() {
    "swift-$1-server" "$folder/$1-server.conf" >>"$folder/$1.log" 2>&1 </dev/null &
    echo "$!" >>"$folder/pid"
}
for kind in account container object proxy; do start "$kind"; done

answers() { curl --silent --output /dev/null --noproxy '*' --max-time 5 "$1"; }
for _ in $(seq 120); do
    if answers "http://127.0.0.1:$account" && answers "http://127.0.0.1:$container" &&
        answers "http://127.0.0.1:$object" && answers "$url"; then
        printf '{"endpoint": "%s", "region": "us-east-1", "accessKey": "test:tester", "secretKey": "testing"}\n' "$url"
        exit
    fi
    sleep 0.5
done
echo "The object store does not answer at $url; see $folder" >&2
tail -n 20 "$folder"/*.log >&2
exit 1
