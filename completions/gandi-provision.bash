# Completion of gandi-provision; written by `make generated` from the table of commands.
_gandi_provision() {
  local current=${COMP_WORDS[COMP_CWORD]} call=${COMP_WORDS[1]} start=2 index=0 word skip kind value
  local options valued operands=()
  # Readline parts --root=/mnt into three words.
  [ "$current" != = ] || current=
  case $call in
  esac
  case $COMP_CWORD:$call in
    1:*) kind='version --help --version' ;;
    2:help) kind='' ;;
  esac
  if [ -n "$kind" ]; then _gandi_provision_offer "$kind"; return; fi
  case $call in
  esac
  for word in "${COMP_WORDS[@]:start:COMP_CWORD-start}"; do
    [ "$word" != = ] || continue
    if [ -n "$skip" ]; then skip=; continue; fi
    case " $valued " in *" $word "*) skip=$word ;; esac
    case $word in -*) ;; *) index=$((index + 1)) ;; esac
  done
  case "$call $skip" in
  esac
  if [ -n "$skip" ]; then _gandi_provision_offer "$value"; return; fi
  case $current in -*) _gandi_provision_offer "$options" ;; *) _gandi_provision_offer "${operands[index]:-$options}" ;; esac
}
_gandi_provision_offer() {
  local words=$1
  case $words in
    @file | @folder)
      compopt -o filenames
      case $words in @file) words=-f ;; *) words=-d ;; esac
      mapfile -t COMPREPLY < <(compgen "$words" -- "$current")
      return
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _gandi_provision gandi-provision
