# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Bash completion for uchroot(1).

_uchroot() {
	local cur prev words cword word i newroot=''
	_init_completion -n : || return

	# The first word that is no option, nor an option's value, is the new root.
	for ((i = 1; i < cword; i++)); do
		word=${words[i]}
		case $word in
		-u | -g | -G) ((i++)) ;;
		-*) ;;
		*)
			newroot=$word
			break
			;;
		esac
	done
	if [[ $newroot ]]; then
		# Programs as the new root has them; options are the program's own.
		if ((i + 1 == cword)); then
			local -a found
			if [[ $cur == /* ]]; then
				mapfile -t found < <(compgen -f -- "${newroot%/}$cur")
				COMPREPLY=("${found[@]#"${newroot%/}"}")
				compopt -o filenames
			else
				mapfile -t found < <(
					for word in bin sbin usr/bin usr/sbin; do
						compgen -f -- "${newroot%/}/$word/$cur"
					done
				)
				COMPREPLY=("${found[@]##*/}")
			fi
		fi
		return
	fi
	case $prev in
	-u)
		mapfile -t COMPREPLY < <(compgen -u -- "$cur")
		return
		;;
	-g | -G)
		mapfile -t COMPREPLY < <(compgen -g -P "${cur%"${cur##*,}"}" -- "${cur##*,}")
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '-u -g -G -n --explain --json
			--as-is --help --version' -- "$cur")
	else
		_filedir -d
	fi
} && complete -F _uchroot uchroot
