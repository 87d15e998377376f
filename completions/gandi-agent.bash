# Completion of gandi-agent; written by `make generated` from the table of commands.
_gandi_agent() {
  local current=${COMP_WORDS[COMP_CWORD]} words= files=
  case ${COMP_CWORD}:${COMP_WORDS[1]} in
    1:*) words='bootstrap config mount postboot hotplug disk network simple-init status timeline doctor collect payload image migrate validate --help --version' ;;
  esac
  [ "$COMP_CWORD" -lt 2 ] || case ${COMP_WORDS[1]} in
    bootstrap) words='--again --dry-run --root --help' files=1 ;;
    config) words='--dry-run --root --help' files=1 ;;
    mount) words='--dry-run --help' files= ;;
    postboot) words='--dry-run --root --help' files=1 ;;
    hotplug) words='--dry-run --help' files= ;;
    disk) words='list explain attach detach autofs --json --force --help' files=1 ;;
    network) words='show confirm --json --help' files= ;;
    simple-init) words='--noop --root --distro --interface --ssh --hostname --skip-network --use-nm --skip-dns --no-dhcp-fallback --debug --help' files=1 ;;
    status) words='--json --wait --timeout --help' files= ;;
    timeline) words='--json --help' files= ;;
    doctor) words='--json --help' files= ;;
    collect) words='--output --help' files=1 ;;
    payload) words='create inspect --config --script --modules --output --size --force --json --help' files=1 ;;
    image) words='clean --dry-run --root --help' files=1 ;;
    migrate) words='--dry-run --root --help' files=1 ;;
    validate) words='--help' files=1 ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  [ -z "$files" ] || [ "${current#-}" != "$current" ] || compopt -o default
}
complete -F _gandi_agent gandi-agent
