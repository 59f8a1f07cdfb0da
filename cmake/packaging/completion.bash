# bash completion of hearsay, installed or as ./hearsay of a clone. Everything comes from the program's own tables:
# commands and options from --help, names from `list`, parameters from `describe`.

# Of a clone whose program is not built yet only --help answers at once; nothing is built for a completion.
_hearsay_ask() {
  case $_hearsay_program in
    */*) [[ $2 == --help || $1 == --help || ! -e ${_hearsay_program%/*}/CMakeLists.txt ||
      -x ${_hearsay_program%/*}/build/release/hearsay.standing ]] || return ;;
  esac
  "$_hearsay_program" "$@" 2>/dev/null
}

_hearsay_commands() { # `test` and `notebooks` are commands of a clone
  _hearsay_ask --help | sed -n '/^commands:/,/^$/s/^  \([a-z][a-z-]*\).*/\1/p' |
    if [[ $_hearsay_program == */hearsay && -e ${_hearsay_program%/*}/CMakeLists.txt ]]; then cat; else grep -vxE 'test|notebooks'; fi
}
_hearsay_options() { _hearsay_ask "$1" --help | grep -oE -- '--[a-z][a-z-]*' | sort -u; }
_hearsay_parameters() { # each as params.NAME=
  local protocol
  for protocol in $(_hearsay_names protocols); do
    _hearsay_ask describe "$protocol"
  done | sed -n '/^parameters/,/^$/s/^  \([a-z_0-9]*\): .*/params.\1=/p' | sort -u
}
_hearsay_kinds() { # what `list` lists
  _hearsay_ask list --help | sed -n 's/.*Kinds: \(.*\)\.$/\1/p' | tr -d ','
}
_hearsay_names() { _hearsay_ask list "$1" | cut -d' ' -f1; }

_hearsay() {
  local _hearsay_program=$1 word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local command=${COMP_WORDS[1]} words=''
  COMPREPLY=()
  if [[ $COMP_CWORD == 1 ]]; then
    words="$(_hearsay_commands) --help --version"
  else
    case $before in
      --protocol) words=$(_hearsay_names protocols) ;;
      --format) words='table json ndjson' ;;
      --plugin) mapfile -t COMPREPLY < <(compgen -f -X '!*.so' -- "$word"; compgen -d -S / -- "$word") ;;
      --set) words=$(_hearsay_parameters) ;;
      *)
        case $command:$word in
          *:-*) words=$(_hearsay_options "$command") ;;
          list:*) words=$(_hearsay_kinds) ;;
          describe:*) words=$(_hearsay_ask list | sed 's/^[a-z]*  *\([^ ]*\).*/\1/') ;;
          run:* | check:* | validate:* | hunt:* | map:* | sweep:* | tune:*)
            mapfile -t COMPREPLY < <(compgen -f -X '!*.yaml' -- "$word"; compgen -d -S / -- "$word"
              compgen -W "$(_hearsay_names scenarios | sed 'p; s|.*/||')" -- "$word")
            ;;
          *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        esac
        ;;
    esac
  fi
  [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != */ && ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}
complete -F _hearsay hearsay ./hearsay
