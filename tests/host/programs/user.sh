# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# A service of a user's own systemd, with RootDirectory=.

tree=/home/alice/tree

user_systemctl() {
	as_alice env XDG_RUNTIME_DIR=/run/user/1000 systemctl --user "$@"
}

install_user_service() {
	cp -r "$payload/examples/user-service/." / &&
		as_alice mkdir -p "$tree/bin" "$tree/www" &&
		as_alice cp /bin/busybox "$tree/bin/" &&
		echo 'served from inside' | as_alice tee "$tree/www/index.html" &&
		as_alice ln -s "$outside/file" "$tree/www/outside" &&
		systemctl daemon-reload
}

manager_runs() {
	systemctl start user@1000.service && within 30 user_systemctl is-active default.target
}

manager_has_no_new_privs() {
	pid=$(systemctl show -P MainPID user@1000.service)
	unprivileged "$pid"
}

user_service_is() {
	[ "$(user_systemctl show -P ActiveState web-jail)" = "$1" ]
}

# systemd has a status of its own for this: 210, CHROOT.
dies_with_status_chroot() {
	user_systemctl start web-jail
	within 20 user_service_is failed || return
	[ "$(user_systemctl show -P ExecMainStatus web-jail)" -eq 210 ]
}

user_service_serves() {
	user_systemctl restart web-jail && within 20 http_from_tree
}

http_from_tree() {
	[ "$(curl -sS --fail http://127.0.0.1:8090/)" = 'served from inside' ]
}

http_from_outside() {
	curl -sS --fail http://127.0.0.1:8090/outside
}

from_tree_only() {
	http_from_tree && ! http_from_outside
}

user_service_jailed() {
	pid=$(user_systemctl show -P MainPID web-jail)
	ls -l "/proc/$pid/root"
	[ "$(readlink "/proc/$pid/root")" = "$tree" ] && unprivileged "$pid"
}

# The same without RootDirectory=: what the link points to is found.
found_without_root() {
	mkdir -p /etc/systemd/user/web-jail.service.d
	printf '%s\n' '[Service]' RootDirectory= ExecStart= \
		"ExecStart=$tree/bin/busybox httpd -f -p 127.0.0.1:8090 -h $tree/www" \
		>/etc/systemd/user/web-jail.service.d/without.conf
	user_systemctl daemon-reload && user_systemctl restart web-jail &&
		within 20 http_from_outside && ! user_service_jailed
	rc=$?
	rm -r /etc/systemd/user/web-jail.service.d
	user_systemctl stop web-jail
	return "$rc"
}

unload >/dev/null 2>&1
try 'the example can be installed' install_user_service
try "the user's systemd runs" manager_runs
try 'it has no_new_privs' manager_has_no_new_privs
try 'the module is not loaded' not_loaded
try 'the service fails without the module, at the chroot' dies_with_status_chroot
try 'the module can be loaded' load
try 'the service starts with it and serves a request' user_service_serves
try 'root sees it in its tree, without any privilege' user_service_jailed
try 'it does not find what lies outside' from_tree_only
try 'it finds that when told not to change the root' found_without_root
systemctl stop user@1000.service
