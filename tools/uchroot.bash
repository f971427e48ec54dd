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
		-u | -g | -G | --userspec | --groups) ((i++)) ;;
		-*) ;;
		*)
			newroot=$word
			break
			;;
		esac
	done
	if [[ $newroot ]]; then
		# Programs as the new root has them; options are the program's own. A name
		# that the shell would take for more than one is left out: bash does not
		# quote them all, and they are somebody else's.
		if ((i + 1 == cword)); then
			if [[ $cur == /* ]]; then
				compopt -o filenames
				mapfile -t words < <(compgen -f -- "${newroot%/}$cur")
				words=("${words[@]#"${newroot%/}"}")
			else
				mapfile -t words < <(
					for word in bin sbin usr/bin usr/sbin; do
						compgen -f -- "${newroot%/}/$word/$cur"
					done
				)
				words=("${words[@]##*/}")
			fi
			for word in "${words[@]}"; do
				printf -v prev %q "$word"
				[[ $prev != "$word" ]] || COMPREPLY+=("$word")
			done
		fi
		return
	fi
	case $prev in
	-u | --userspec)
		mapfile -t COMPREPLY < <(compgen -u -- "$cur")
		return
		;;
	-g | -G | --groups)
		mapfile -t COMPREPLY < <(compgen -g -P "${cur%"${cur##*,}"}" -- "${cur##*,}")
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '-u -g -G -n --explain --json
			--as-is --userspec --groups --skip-chdir --help --version' -- "$cur")
	else
		_filedir -d
	fi
} && complete -F _uchroot uchroot
