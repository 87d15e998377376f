/**
 * Runs one phase, in bash, where its hooks run. First it reads the files of environment.d, as bash and with unset
 * variables as errors; then it starts each hook with what they exported. It stops at the first failure with its status.
 *
 * Arguments: how many files of environment.d there are, those files, and then the hooks, each with its kind in front:
 * `script`, or `own` for a part of the builder that runs outside.
 *
 * On descriptor 3 it says what it does, in messages of fields that each end with a NUL byte; a message ends with an empty
 * field. An `own` part gets its environment in the same way, and its exit status comes as a line on descriptor 4. No hook
 * inherits either.
 */
export const runParts = String.raw`
set -eu -o pipefail
gandi_say() { printf '%s\0' "$@" '' >&3; }
gandi_left=$1; shift
gandi_files=("$@")
set --
gandi_at=
trap 'gandi_status=$?; [ -z "$gandi_at" ] || gandi_say environment-failed "$gandi_at" "$gandi_status"; exit "$gandi_status"' EXIT
gandi_next=0
while [ "$gandi_next" -lt "$gandi_left" ]; do
  gandi_at=\${gandi_files[$gandi_next]}
  echo "dib-run-parts Sourcing environment file $gandi_at"
  if [ "\${DIB_DEBUG_TRACE:-0}" != 0 ]; then set -x; fi
  source "$gandi_at"
  { set +x; set -eu -o pipefail; } 2>/dev/null
  gandi_next=$((gandi_next + 1))
done
gandi_at=
gandi_count=\${#gandi_files[@]}
while [ "$gandi_next" -lt "$gandi_count" ]; do
  gandi_kind=\${gandi_files[$gandi_next]} gandi_hook=\${gandi_files[$((gandi_next + 1))]}
  gandi_next=$((gandi_next + 2))
  gandi_say start "$gandi_hook"
  echo "dib-run-parts Running $gandi_hook"
  gandi_status=0
  if [ "$gandi_kind" = script ]; then
    "$gandi_hook" 3>&- 4<&- || gandi_status=$?
  else
    { printf 'own\0%s\0' "$gandi_hook"; env -0; printf '\0'; } >&3
    read -r gandi_status <&4
  fi
  gandi_say end "$gandi_hook" "$gandi_status"
  [ "$gandi_status" = 0 ] || exit "$gandi_status"
  echo "dib-run-parts $gandi_hook completed"
done
`.replaceAll('\\${', '${');
