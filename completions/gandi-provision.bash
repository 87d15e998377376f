# Completion of gandi-provision; written by `make generated` from the table of commands.
_gandi_provision() {
  local current=${COMP_WORDS[COMP_CWORD]} call=${COMP_WORDS[1]} start=2 index=0 word skip kind value
  local options valued operands=()
  # Readline parts --root=/mnt into three words.
  [ "$current" != = ] || current=
  case $call in
    image) call="$call ${COMP_WORDS[2]}" start=3 ;;
    netboot) call="$call ${COMP_WORDS[2]}" start=3 ;;
    preos) call="$call ${COMP_WORDS[2]}" start=3 ;;
    host) call="$call ${COMP_WORDS[2]}" start=3 ;;
  esac
  case $COMP_CWORD:$call in
    1:*) kind='image netboot preos serve host install write-disk help version --help --version' ;;
    2:help) kind='image netboot preos serve host install write-disk' ;;
    2:image\ *) kind='build plan enter test inspect' ;;
    2:netboot\ *) kind='import list verify prune' ;;
    2:preos\ *) kind='build list' ;;
    2:host\ *) kind='list show retry forget attach detach' ;;
  esac
  if [ -n "$kind" ]; then _gandi_provision_offer "$kind"; return; fi
  case $call in
    'image build') options='--arch --output --types --trace --uncompressed --clear-environment --without-base --packages --checksum --image-size --image-extra-size --image-cache --no-cache --loop --max-online-resize --mkfs-options --mkfs-journal-size --min-tmpfs --no-tmpfs --offline --qemu-img-options --root-label --ramdisk-element --install-type --docker-target --logfile --json --plain --help' valued='--arch -a --output -o --types -t --packages -p --image-size --image-extra-size --image-cache --max-online-resize --mkfs-options --mkfs-journal-size --min-tmpfs --qemu-img-options --root-label --ramdisk-element --install-type --docker-target --logfile' operands=('') ;;
    'image plan') options='--arch --output --types --trace --uncompressed --clear-environment --without-base --packages --checksum --image-size --image-extra-size --image-cache --no-cache --loop --max-online-resize --mkfs-options --mkfs-journal-size --min-tmpfs --no-tmpfs --offline --qemu-img-options --root-label --ramdisk-element --install-type --docker-target --logfile --json --help' valued='--arch -a --output -o --types -t --packages -p --image-size --image-extra-size --image-cache --max-online-resize --mkfs-options --mkfs-journal-size --min-tmpfs --qemu-img-options --root-label --ramdisk-element --install-type --docker-target --logfile' operands=('') ;;
    'image enter') options='--image-cache --command --help' valued='--image-cache --command' operands=() ;;
    'image test') options='--firmware --config-drive --payload --seconds --memory --json --help' valued='--firmware --config-drive --payload --seconds --memory' operands=('@file') ;;
    'image inspect') options='--json --help' valued='' operands=('@file') ;;
    'netboot import') options='--archive --releases --current-release --arches --tftp-root --download --distribution --layout --keyring --help' valued='--archive --releases --current-release --arches --tftp-root --download --distribution --layout --keyring' operands=() ;;
    'netboot list') options='--tftp-root --json --help' valued='--tftp-root' operands=() ;;
    'netboot verify') options='--tftp-root --json --help' valued='--tftp-root' operands=() ;;
    'netboot prune') options='--tftp-root --keep --dry-run --help' valued='--tftp-root --keep' operands=() ;;
    'preos build') options='--log-level --quiet --beta --verbose --arch --bootstrap --configure --cdist-params --drive-boot --remote-exec --init-manifest --keyfile --mirror --root-password --pxe-boot-dir --rm-bootstrap-dir --script --suite --trigger-command --remote-copy --console --help' valued='--log-level -l --arch -a --cdist-params -c --drive-boot -D --remote-exec -e --init-manifest -i --keyfile -k --mirror -m --root-password -P --pxe-boot-dir -p --script -S --suite -s --trigger-command -t --remote-copy -y --console' operands=('' '@folder') ;;
    'preos list') options='--help' valued='' operands=() ;;
    'serve') options='--store --profiles --command --jobs --time-limit --retry --retry-delay --no-wait --dry-run --directory --source --queue --state --listen --ipv6 --port --url --token-file --allow --limit --pxe --loaders --pxe-config --grace --verbose --help' valued='--store --profiles --command --jobs --time-limit --retry --retry-delay --directory -D --source -O --queue --state --listen --port -H --url --token-file --allow --limit --pxe --loaders --grace' operands=() ;;
    'host list') options='--server --token-file --json --help' valued='--server --token-file' operands=() ;;
    'host show') options='--server --token-file --json --help' valued='--server --token-file' operands=('') ;;
    'host retry') options='--server --token-file --help' valued='--server --token-file' operands=('') ;;
    'host forget') options='--server --token-file --help' valued='--server --token-file' operands=('') ;;
    'host attach') options='--qmp --timeout --told --format --bus --place --json --help' valued='--qmp --timeout --told --format --bus --place' operands=('' '@file') ;;
    'host detach') options='--qmp --timeout --help' valued='--qmp --timeout' operands=('') ;;
    'install') options='--identity --port --installer --help' valued='--identity -i --port --installer' operands=('') ;;
    'write-disk') options='--help' valued='' operands=() ;;
  esac
  for word in "${COMP_WORDS[@]:start:COMP_CWORD-start}"; do
    [ "$word" != = ] || continue
    if [ -n "$skip" ]; then skip=; continue; fi
    case " $valued " in *" $word "*) skip=$word ;; esac
    case $word in -*) ;; *) index=$((index + 1)) ;; esac
  done
  case "$call $skip" in
    'image build --image-cache') value='@folder' ;;
    'image plan --image-cache') value='@folder' ;;
    'image enter --image-cache') value='@folder' ;;
    'image test --firmware') value='bios uefi secure-boot both' ;;
    'image test --config-drive') value='@folder' ;;
    'image test --payload') value='@file' ;;
    'netboot import --tftp-root') value='@folder' ;;
    'netboot import --distribution') value='ubuntu debian' ;;
    'netboot import --layout') value='base generic flat' ;;
    'netboot import --keyring') value='@file' ;;
    'netboot list --tftp-root') value='@folder' ;;
    'netboot verify --tftp-root') value='@folder' ;;
    'netboot prune --tftp-root') value='@folder' ;;
    'serve --store') value='@folder' ;;
    'serve --profiles') value='@file' ;;
    'serve --directory' | 'serve -D') value='@folder' ;;
    'serve --source' | 'serve -O') value='@file' ;;
    'serve --state') value='@folder' ;;
    'serve --token-file') value='@file' ;;
    'serve --pxe') value='@interface' ;;
    'serve --loaders') value='@folder' ;;
    'host list --token-file') value='@file' ;;
    'host show --token-file') value='@file' ;;
    'host retry --token-file') value='@file' ;;
    'host forget --token-file') value='@file' ;;
    'host attach --qmp') value='@file' ;;
    'host attach --told') value='@file' ;;
    'host attach --format') value='raw qcow2' ;;
    'host attach --bus') value='scsi virtio' ;;
    'host detach --qmp') value='@file' ;;
    'install --identity' | 'install -i') value='@file' ;;
    'install --installer') value='@file' ;;
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
