# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# Daemons with the units and the configurations of examples/. Each of them:
#   - does not start without the module, because of chroot;
#   - starts with it, and root sees from outside where it is;
#   - does its work, which shows from inside that it is there: what lies in the
#     jail is found, what lies outside is not;
#   - and that is so because of its chroot: without it in the configuration, the
#     same request finds what lies outside.

daemons='haproxy stunnel unbound named nsd pdns-recursor apache2 mini-httpd webfs rsync proftpd
	dovecot openvpn ngircd socat'

# Where root makes it.
jail_of() {
	case $1 in
	haproxy) echo /var/lib/haproxy ;;
	apache2) echo /srv/jail/www ;;
	proftpd) echo /srv/jail/ftp ;;
	*) echo "/srv/jail/$1" ;;
	esac
}

# Where its unit sees it, and it chroots to.
root_of() {
	case $1 in
	unbound) echo /var/lib/unbound ;;
	named) echo /var/lib/bind ;;
	*) jail_of "$1" ;;
	esac
}

# What it is told to do when it shall not chroot.
without_chroot() {
	case $1 in
	haproxy) sed -i '/^\tchroot/d' /etc/haproxy/jail.cfg ;;
	stunnel) sed -i '/^chroot/d' /etc/stunnel/jail.conf ;;
	unbound) sed -i 's/chroot: .*/chroot: ""/' /etc/unbound/jail.conf ;;
	# The file of the zone is then named as it is outside.
	named)
		sed -i 's| -t /var/lib/bind -c /| -c /var/lib/bind/|' \
			/etc/systemd/system/named-jail.service
		sed -i 's|"/|"/var/lib/bind/|' /srv/jail/named/named.conf
		systemctl daemon-reload
		;;
	nsd) sed -i 's/chroot: .*/chroot: ""/' /etc/nsd/jail.conf ;;
	pdns-recursor)
		sed -i '/^chroot/d; s|^socket-dir=|&/srv/jail/pdns-recursor|' \
			/etc/powerdns/jail/recursor.conf
		;;
	apache2) sed -i '/^ChrootDir/d; s|^DocumentRoot.*|DocumentRoot /srv/jail/www|' /etc/apache2/jail.conf ;;
	mini-httpd) sed -i 's/^chroot/nochroot/' /etc/mini-httpd-jail.conf ;;
	webfs)
		sed -i 's/ -R / -r /' /etc/systemd/system/webfs-jail.service
		systemctl daemon-reload
		;;
	rsync) sed -i 's/^use chroot.*/use chroot = no/' /etc/rsyncd-jail.conf ;;
	# <Anonymous> is a chroot: the same user with the same password logs in as one
	# of a file instead.
	proftpd)
		sed -i '/^<Anonymous/,/^<.Anonymous>/d; /^AuthOrder/d' /etc/proftpd/jail.conf
		printf '%s\n' 'AuthOrder mod_auth_file.c' 'RequireValidShell off' \
			'AuthUserFile /etc/proftpd/people' >>/etc/proftpd/jail.conf
		printf 'anonymous:%s:%s:%s::/srv/jail/ftp:/bin/false\n' \
			"$(openssl passwd -6 ftp@example.com)" "$(id -u proftpd-jail)" \
			"$(id -g proftpd-jail)" >/etc/proftpd/people
		chmod 640 /etc/proftpd/people
		chgrp proftpd-jail /etc/proftpd/people
		;;
	dovecot)
		sed -i 's| chroot=.*||; /^mail_location/s|:/|:/srv/jail/dovecot/|; s|INBOX=/|INBOX=/srv/jail/dovecot/|' \
			/etc/dovecot/jail.conf
		;;
	openvpn) sed -i '/^chroot/d; /^tmp-dir/d' /etc/openvpn/jail/jail.conf ;;
	ngircd) sed -i '/ChrootDir/d' /etc/ngircd/jail.conf ;;
	socat)
		sed -i 's/,chroot=[^ ]*//' /etc/systemd/system/socat-jail.service
		systemctl daemon-reload
		;;
	esac
}

http() {
	curl -sS --fail --max-time 10 "$@"
}

ask() {
	dig +tries=1 +time=5 +short -p "$1" @127.0.0.1 "www.$2"
}

# What a new client is told by ngIRCd, which reads it when it is told to.
message_of_the_day() {
	systemctl reload ngircd-jail
	sleep 1
	{
		printf 'NICK n%.6s\r\nUSER a a a a\r\n' "$(date +%N)"
		sleep 2
		printf 'QUIT\r\n'
	} | socat -t 10 - TCP:127.0.0.1:6668
}

# connects CLIENT: OpenVPN accepts its certificate.
connects() {
	timeout 60 openvpn --dev null --remote 127.0.0.1 1194 --nobind --tls-client \
		--ca /etc/openvpn/jail/ca.pem --cert "$state/$1.pem" --key "$state/$1.key" \
		>"$state/client" 2>&1 &
	client=$!
	# shellcheck disable=SC2016 # that shell expands it
	timeout 20 sh -c 'until grep "Peer Connection Initiated" "$1"; do sleep 0.5; done' \
		sh "$state/client"
	rc=$?
	kill "$client"
	wait "$client"
	return "$rc"
}

# serves DAEMON inside|outside: what lies in the jail, or what lies outside, through a
# symbolic link in the jail or, for those whose names begin at the root, under its
# name outside
serves() {
	answer="served from $2" page=index.html file=file module=files
	zone=example.org address=192.0.2.80 script=/answer.lua person=alice certificate=1
	[ "$2" = inside ] || {
		page=outside/file file=outside/file module=outside
		zone=example.net address=192.0.2.99 script=$outside/answer.lua
		person=outside certificate=2
	}
	case $1 in
	haproxy) [ "$(http http://127.0.0.1:8080/)" = "$answer" ] ;;
	stunnel) [ "$(http -k https://127.0.0.1:8443/)" = "$answer" ] ;;
	unbound) [ "$(ask 5301 "$zone")" = "$address" ] ;;
	named) [ "$(ask 5302 "$zone")" = "$address" ] ;;
	nsd) [ "$(ask 5303 "$zone")" = "$address" ] ;;
	pdns-recursor)
		rec_control --socket-dir=/srv/jail/pdns-recursor/state \
			reload-lua-script "$script" &&
			[ "$(ask 5304 example.org)" = "$address" ]
		;;
	apache2) [ "$(http "http://127.0.0.1:8081/$page")" = "$answer" ] ;;
	mini-httpd) [ "$(http "http://127.0.0.1:8082/$page")" = "$answer" ] ;;
	webfs) [ "$(http "http://127.0.0.1:8083/$page")" = "$answer" ] ;;
	rsync)
		rm -f "$state/got"
		rsync "rsync://127.0.0.1:8730/$module/file" "$state/got" &&
			[ "$(cat "$state/got")" = "$answer" ]
		;;
	proftpd) [ "$(http "ftp://127.0.0.1:2121/$file")" = "$answer" ] ;;
	dovecot)
		http -u "$person:secret" 'imap://127.0.0.1:1143/INBOX;MAILINDEX=1;SECTION=TEXT' |
			grep "$answer"
		;;
	# Revoked inside is the second, and outside the first.
	openvpn) connects "$certificate" ;;
	ngircd) message_of_the_day | grep "372 .*$answer" ;;
	socat) [ "$(socat -u TCP:127.0.0.1:8085 -)" = "$answer" ] ;;
	esac
}

# An application that listens where it is told to.
application() {
	printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nserved from %s\n' "$2" \
		>"$state/app-$2"
	socat "UNIX-LISTEN:$1,fork,mode=666,unlink-early" "SYSTEM:cat $state/app-$2" &
}

# Where a daemon could read what lies outside, if it were there: AppArmor holds
# two of them to directories of theirs.
outside_of() {
	case $1 in
	unbound) echo /etc/unbound/outside ;;
	named) echo /etc/bind/outside ;;
	*) echo "$outside" ;;
	esac
}

# certificate NAME SERIAL: signed by the authority that OpenVPN trusts
certificate() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-subj "/CN=$1" -keyout "$1.key" -out "$1.csr" &&
		openssl x509 -req -in "$1.csr" -CA /etc/openvpn/jail/ca.pem \
			-CAkey ca.key -set_serial "$2" -out "$1.pem"
}

vpn_certificates() {
	cd "$state" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-subj /CN=authority -keyout ca.key -out /etc/openvpn/jail/ca.pem &&
		certificate 1 1 && certificate 2 2 && certificate server 3 &&
		cp server.pem server.key /etc/openvpn/jail/ &&
		chown openvpn-jail /etc/openvpn/jail/server.key &&
		mkdir -p /srv/jail/openvpn/revoked /revoked &&
		touch /srv/jail/openvpn/revoked/2 /revoked/1 && cd /
}

# As Documentation/programs.md says, and what the daemons need beside.
install_examples() {
	for daemon in $daemons; do
		cp -r "$payload/examples/$daemon/." / || return
		jail=$(jail_of "$daemon")
		elsewhere=$(outside_of "$daemon")
		mkdir -p "$jail"
		[ -e "$elsewhere" ] || cp -r "$outside" "$elsewhere" || return
		ln -sfn "$elsewhere" "$jail/outside"
	done
	systemd-sysusers || return
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost \
		-keyout /etc/stunnel/key -out /etc/stunnel/cert &&
		cat /etc/stunnel/key /etc/stunnel/cert >/etc/stunnel/jail.pem &&
		chown stunnel4 /etc/stunnel/jail.pem || return
	vpn_certificates || return
	printf '%s\n' 'alice:{PLAIN}secret' 'outside:{PLAIN}secret' >/etc/dovecot/jail.users
	sed 's/from inside/from outside/' /srv/jail/dovecot/alice/mbox >"$outside/mbox"
	sed 's/192.0.2.80/192.0.2.99/' /srv/jail/pdns-recursor/answer.lua >"$outside/answer.lua"
	cp "$outside/file" /motd
	cp "$outside/file" /page
	# A zone that is there but not to be had. unbound goes on without it if it
	# might come from elsewhere.
	printf 'auth-zone:\n\tname: example.net\n\tprimary: 192.0.2.1\n\tzonefile: %s\n' \
		"$(root_of unbound)/outside/example.zone" >>/etc/unbound/jail.conf
	printf 'zone "example.net" { type primary; file "/outside/example.zone"; };\n' \
		>>"$(jail_of named)/named.conf"
	printf 'zone:\n\tname: example.net\n\tzonefile: outside/example.zone\n' >>/etc/nsd/jail.conf
	# rsync follows no link below the directory of a module, but goes to that
	# directory by one: from the new root, which ends at the dot.
	printf '[outside]\npath = /srv/jail/rsync/./outside\n' >>/etc/rsyncd-jail.conf
	systemctl daemon-reload
}

sockets() {
	application /app.sock outside
	application /var/lib/haproxy/app.sock inside
	application /srv/jail/stunnel/app.sock inside
	sleep 1
}

# Of these, what serves a request is a process for the session, seen while the
# session lasts.
hold_session() {
	case $1 in
	rsync)
		truncate -s 64M "$(jail_of rsync)/large"
		timeout 60 rsync --bwlimit=100 rsync://127.0.0.1:8730/files/large "$state/large" &
		;;
	proftpd)
		truncate -s 64M "$(jail_of proftpd)/large"
		timeout 60 curl -sS --limit-rate 50k -o /dev/null ftp://127.0.0.1:2121/large &
		;;
	dovecot)
		{
			printf '1 LOGIN alice secret\r\n'
			sleep 60
		} | socat - TCP:127.0.0.1:1143 &
		;;
	# Nobody reads it.
	socat)
		mv /srv/jail/socat/page /srv/jail/socat/small
		truncate -s 64M /srv/jail/socat/page
		socat -u EXEC:'sleep 60' TCP:127.0.0.1:8085 &
		;;
	*) return ;;
	esac
	session=$!
}

# How much of it shall be in the jail.
inside_of() {
	case $1 in
	apache2 | rsync | proftpd | dovecot | socat) echo some ;;
	*) echo all ;;
	esac
}

seen_from_outside() {
	session=''
	hold_session "$1"
	jailed "$(inside_of "$1")" "$1-jail" "$(root_of "$1")"
	rc=$?
	[ -z "$session" ] || kill "$session"
	[ "$1" != socat ] || mv /srv/jail/socat/small /srv/jail/socat/page
	return "$rc"
}

starts() {
	systemctl reset-failed "$1" 2>/dev/null
	systemctl restart "$1" && within 30 serves "${1%-jail}" inside && state_is "$1" active
	rc=$?
	[ "$rc" -eq 0 ] || tell "$1"
	return "$rc"
}

connected() {
	socat -u "TCP:127.0.0.1:$1" -
}

# All fail at the start but those whose sessions or children are to be jailed.
fails_without_module() {
	case $1 in
	rsync)
		systemctl start rsync-jail
		within 20 refused '@ERROR: chroot failed' rsync rsync://127.0.0.1:8730/files/file "$state/got"
		;;
	proftpd)
		systemctl start proftpd-jail
		within 20 said proftpd-jail STARTUP && ! serves proftpd inside &&
			within 10 said proftpd-jail 'chroot to .* failed.*Operation not permitted'
		;;
	apache2)
		systemctl start apache2-jail
		within 20 grep "Operation not permitted.*Can't chroot" /run/apache2-jail/error.log &&
			! serves apache2 inside
		;;
	dovecot)
		systemctl start dovecot-jail
		within 20 connected 1143
		within 10 said dovecot-jail 'chroot(/run/dovecot-jail/login) failed: Operation not permitted' &&
			! serves dovecot inside
		;;
	socat)
		systemctl start socat-jail
		within 20 connected 8085 &&
			within 10 said socat-jail 'chroot("/srv/jail/socat"): Operation not permitted' &&
			! serves socat inside
		;;
	ngircd) dies_of ngircd-jail "can't change root directory .*Operation not permitted" ;;
	# It does not say why.
	haproxy) dies_of haproxy-jail 'Cannot chroot(/var/lib/haproxy)' ;;
	*) dies_of "$1-jail" chroot 'Operation not permitted' ;;
	esac
	rc=$?
	systemctl stop "$1-jail"
	return "$rc"
}

# Not because it serves nothing.
finds_inside_only() {
	serves "$1" inside && ! serves "$1" outside
}

# The looks from both sides can tell the difference.
finds_outside() {
	within 20 serves "$1" outside && ! some_jailed "$1-jail" "$(root_of "$1")"
}

load_profiles() {
	for profile in "$payload"/apparmor/*; do
		cat "$profile" >/sys/kernel/security/apparmor/.replace || return
	done
}

under_profile() {
	pid=''
	for pid in $(pids "$1-jail"); do
		echo "$pid: $(cat "/proc/$pid/attr/current")"
		[ "$(cat "/proc/$pid/attr/current")" = "$1 (enforce)" ] || return
	done
	[ -n "$pid" ]
}

granted_something() {
	before=$1
	echo "granted before $before, now $(counter allowed)"
	[ "$(counter allowed)" -gt "$before" ]
}

try 'the examples can be installed' install_examples
try 'the AppArmor profiles of the packages can be loaded' load_profiles
try 'the module is not loaded' not_loaded
for daemon in $daemons; do
	try "$daemon fails without the module, because of chroot" fails_without_module "$daemon"
done
try 'the module can be loaded' load
sockets
for daemon in $daemons; do
	allowed=$(counter allowed)
	try "$daemon starts with it and serves a request" starts "$daemon-jail"
	try "$daemon was granted a chroot" granted_something "$allowed"
	try "$daemon: root sees it in its jail, without any privilege" seen_from_outside "$daemon"
	case $daemon in
	unbound | named) try "$daemon is under its AppArmor profile" under_profile "$daemon" ;;
	esac
	try "$daemon does not find what lies outside" finds_inside_only "$daemon"
	without_chroot "$daemon"
	systemctl restart "$daemon-jail"
	try "$daemon finds it when told not to chroot" finds_outside "$daemon"
	systemctl stop "$daemon-jail"
done
try 'nothing was refused' no_refusals
