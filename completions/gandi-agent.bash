# Completion of gandi-agent; written by `make generated` from the table of commands.
_gandi_agent() {
  local current=${COMP_WORDS[COMP_CWORD]} call=${COMP_WORDS[1]} start=2 index=0 word skip kind value
  local options valued operands=()
  # Readline parts --root=/mnt into three words.
  [ "$current" != = ] || current=
  case $call in
    disk) call="$call ${COMP_WORDS[2]}" start=3 ;;
    network) call="$call ${COMP_WORDS[2]}" start=3 ;;
    payload) call="$call ${COMP_WORDS[2]}" start=3 ;;
    image) call="$call ${COMP_WORDS[2]}" start=3 ;;
  esac
  case $COMP_CWORD:$call in
    1:*) kind='status disk network doctor timeline collect payload image validate bootstrap mount config postboot outcome hotplug answer thaw simple-init migrate help version --help --version' ;;
    2:help) kind='status disk network doctor timeline collect payload image validate bootstrap mount config postboot outcome hotplug answer thaw simple-init migrate' ;;
    2:disk\ *) kind='list explain attach detach autofs units' ;;
    2:network\ *) kind='show confirm' ;;
    2:payload\ *) kind='create inspect' ;;
    2:image\ *) kind='clean check' ;;
  esac
  if [ -n "$kind" ]; then _gandi_agent_offer "$kind"; return; fi
  case $call in
    'status') options='--json --root --verbose --wait --timeout --help' valued='--root --timeout' operands=() ;;
    'disk list') options='--json --help' valued='' operands=() ;;
    'disk explain') options='--json --help' valued='' operands=('@disk') ;;
    'disk attach') options='--json --verbose --help' valued='' operands=('@disk') ;;
    'disk detach') options='--json --force --verbose --help' valued='' operands=('@disk') ;;
    'disk autofs') options='--verbose --help' valued='' operands=('on off') ;;
    'disk units') options='--help' valued='' operands=('@folder') ;;
    'network show') options='--json --help' valued='' operands=() ;;
    'network confirm') options='--help' valued='' operands=() ;;
    'doctor') options='--json --root --help' valued='--root' operands=() ;;
    'timeline') options='--json --svg --slowest --device --since --help' valued='--device --since' operands=() ;;
    'collect') options='--output --json --help' valued='--output' operands=() ;;
    'payload create') options='--config --output --script --modules --size --force --json --help' valued='--config --output --script --modules --size' operands=() ;;
    'payload inspect') options='--json --help' valued='' operands=('@file') ;;
    'image clean') options='--dry-run --json --root --verbose --help' valued='--root' operands=() ;;
    'image check') options='--json --help' valued='' operands=('@folder') ;;
    'validate') options='--json --help' valued='' operands=('@file') ;;
    'bootstrap') options='--again --before-login --dry-run --json --root --help' valued='--root' operands=() ;;
    'mount') options='--dry-run --json --help' valued='' operands=() ;;
    'config') options='--dry-run --json --root --help' valued='--root' operands=() ;;
    'postboot') options='--dry-run --json --root --help' valued='--root' operands=() ;;
    'outcome') options='--help' valued='' operands=() ;;
    'hotplug') options='--dry-run --json --help' valued='' operands=() ;;
    'answer') options='--help' valued='' operands=('@file') ;;
    'thaw') options='--help' valued='' operands=() ;;
    'simple-init') options='--noop --root --distro --interface --ssh --hostname --skip-network --use-nm --skip-dns --no-dhcp-fallback --without-drive --debug --help' valued='--root --distro --interface -i' operands=() ;;
    'migrate') options='--dry-run --json --root --help' valued='--root' operands=() ;;
  esac
  for word in "${COMP_WORDS[@]:start:COMP_CWORD-start}"; do
    [ "$word" != = ] || continue
    if [ -n "$skip" ]; then skip=; continue; fi
    case " $valued " in *" $word "*) skip=$word ;; esac
    case $word in -*) ;; *) index=$((index + 1)) ;; esac
  done
  case "$call $skip" in
    'status --root') value='@folder' ;;
    'doctor --root') value='@folder' ;;
    'timeline --device') value='@disk' ;;
    'collect --output') value='@file' ;;
    'payload create --config') value='@file' ;;
    'payload create --output') value='@file' ;;
    'payload create --script') value='@file' ;;
    'payload create --modules') value='@file' ;;
    'image clean --root') value='@folder' ;;
    'bootstrap --root') value='@folder' ;;
    'config --root') value='@folder' ;;
    'postboot --root') value='@folder' ;;
    'simple-init --root') value='@folder' ;;
    'simple-init --interface' | 'simple-init -i') value='@interface' ;;
    'migrate --root') value='@folder' ;;
  esac
  if [ -n "$skip" ]; then _gandi_agent_offer "$value"; return; fi
  case $current in -*) _gandi_agent_offer "$options" ;; *) _gandi_agent_offer "${operands[index]:-$options}" ;; esac
}
_gandi_agent_offer() {
  local words=$1
  case $words in
    @file | @folder)
      compopt -o filenames
      case $words in @file) words=-f ;; *) words=-d ;; esac
      mapfile -t COMPREPLY < <(compgen "$words" -- "$current")
      return
      ;;
    @disk) words=$(env PATH="$PATH:/usr/sbin" gandi-agent disk list --json 2>/dev/null | sed -n 's/^ *"\(device\|mountPoint\)": "\(.*\)",*$/\2/p') ;;
    @interface) words=$(ls /sys/class/net) ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _gandi_agent gandi-agent
