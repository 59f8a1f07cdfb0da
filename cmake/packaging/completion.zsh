#compdef hearsay
# zsh completion of hearsay. Everything comes from the program's own tables: commands and options from --help, names from
# `list`, parameters from `describe`.

local program=$words[1] command=$words[2] before=$words[CURRENT-1]

_hearsay_commands() { $program --help 2>/dev/null | sed -n '/^commands:/,/^$/s/^  \([a-z][a-z-]*\).*/\1/p' | grep -vxE 'test|notebooks' }
_hearsay_options() { $program $1 --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u }
_hearsay_names() { $program list $1 2>/dev/null | cut -d' ' -f1 }
_hearsay_kinds() { $program list --help 2>/dev/null | sed -n 's/.*Kinds: \(.*\)\.$/\1/p' | tr -d ',' }
_hearsay_parameters() {
  local protocol
  for protocol in ${(f)"$(_hearsay_names protocols)"}; do
    $program describe $protocol 2>/dev/null
  done | sed -n '/^parameters/,/^$/s/^  \([a-z_0-9]*\): .*/params.\1=/p' | sort -u
}

if (( CURRENT == 2 )); then
  compadd -- ${(f)"$(_hearsay_commands)"} --help --version
  return
fi
case $before in
  --protocol) compadd -- ${(f)"$(_hearsay_names protocols)"}; return ;;
  --format) compadd table json ndjson; return ;;
  --plugin) _files -g '*.so'; return ;;
  --set) compadd -S '' -- ${(f)"$(_hearsay_parameters)"}; return ;;
esac
if [[ $words[CURRENT] == -* ]]; then
  compadd -- ${(f)"$(_hearsay_options $command)"}
  return
fi
case $command in
  list) compadd -- ${=$(_hearsay_kinds)} ;;
  describe) compadd -- ${(f)"$($program list 2>/dev/null | sed 's/^[a-z]*  *\([^ ]*\).*/\1/')"} ;;
  run|check|validate|hunt|map|sweep|tune)
    compadd -- ${(f)"$(_hearsay_names scenarios | sed 'p; s|.*/||')"}
    _files -g '*.yaml'
    ;;
  *) _files ;;
esac
