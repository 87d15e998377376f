/**
 * What a PreOS runs that was given no command: it asks the server that the kernel's command line names, and is answered as soon
 * as the run is queued. How that ends is seen on the server.
 */
export const usualTrigger = `# The URL of the last word trigger=URL of the kernel's command line.
set -f
url=
for word in $(cat /proc/cmdline); do
  case $word in trigger=*) url=\${word#trigger=} ;; esac
done
[ -n "$url" ] || exit 0
exec curl --fail --silent --show-error --max-time 60 --header 'Prefer: respond-async' --output /dev/null "$url"`;
