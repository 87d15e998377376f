# Completion of gandi-provision; written by `make generated` from the table of commands.
_gandi_provision() {
  local current=${COMP_WORDS[COMP_CWORD]} call=${COMP_WORDS[1]} start=2 index=0 word skip kind value
  local options valued operands=()
  # Readline parts --root=/mnt into three words.
  [ "$current" != = ] || current=
  case $call in
    netboot) call="$call ${COMP_WORDS[2]}" start=3 ;;
    preos) call="$call ${COMP_WORDS[2]}" start=3 ;;
  esac
  case $COMP_CWORD:$call in
    1:*) kind='netboot preos help version --help --version' ;;
    2:help) kind='netboot preos' ;;
    2:netboot\ *) kind='import list verify prune' ;;
    2:preos\ *) kind='build list' ;;
  esac
  if [ -n "$kind" ]; then _gandi_provision_offer "$kind"; return; fi
  case $call in
    'netboot import') options='--archive --releases --current-release --arches --tftp-root --download --distribution --layout --keyring --help' valued='--archive --releases --current-release --arches --tftp-root --download --distribution --layout --keyring' operands=() ;;
    'netboot list') options='--tftp-root --json --help' valued='--tftp-root' operands=() ;;
    'netboot verify') options='--tftp-root --json --help' valued='--tftp-root' operands=() ;;
    'netboot prune') options='--tftp-root --keep --dry-run --help' valued='--tftp-root --keep' operands=() ;;
    'preos build') options='--log-level --quiet --verbose --beta --arch --bootstrap --configure --cdist-params --drive-boot --remote-exec --init-manifest --keyfile --mirror --root-password --pxe-boot-dir --rm-bootstrap-dir --script --suite --trigger-command --remote-copy --console --help' valued='--log-level -l --arch -a --cdist-params -c --drive-boot -D --remote-exec -e --init-manifest -i --keyfile -k --mirror -m --root-password -P --pxe-boot-dir -p --script -S --suite -s --trigger-command -t --remote-copy -y --console' operands=('' '@folder') ;;
    'preos list') options='--help' valued='' operands=() ;;
  esac
  for word in "${COMP_WORDS[@]:start:COMP_CWORD-start}"; do
    [ "$word" != = ] || continue
    if [ -n "$skip" ]; then skip=; continue; fi
    case " $valued " in *" $word "*) skip=$word ;; esac
    case $word in -*) ;; *) index=$((index + 1)) ;; esac
  done
  case "$call $skip" in
    'netboot import --tftp-root') value='@folder' ;;
    'netboot import --distribution') value='ubuntu debian' ;;
    'netboot import --layout') value='base generic flat' ;;
    'netboot import --keyring') value='@file' ;;
    'netboot list --tftp-root') value='@folder' ;;
    'netboot verify --tftp-root') value='@folder' ;;
    'netboot prune --tftp-root') value='@folder' ;;
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
    @disk) words=$(env PATH="$PATH:/usr/sbin" gandi-provision disk list --json 2>/dev/null | sed -n 's/^ *"\(device\|mountPoint\)": "\(.*\)",*$/\2/p') ;;
    @interface) words=$(ls /sys/class/net) ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _gandi_provision gandi-provision
