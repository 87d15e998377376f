/** What the agent of a guest said of itself on the port for reports. */
export interface GuestReport {
  /** Exit status of `gandi-agent status`. */
  readonly status: number;
  /** Its JSON. */
  readonly text: string;
}

const mark = '@@gandi-image-test';

/** The name of the virtio port for reports, which a guest finds below /sys/class/virtio-ports. */
export const reportPort = 'gandi-image-test';

/**
 * No serial port is for the agent alone: each may have a login prompt, and systemd hangs up the port of one when it starts and ends
 * (TTYVHangup= of serial-getty@.service). A virtio port is not a terminal. A kernel without its driver has the second serial port.
 * The marks stand on lines of their own, whatever else a port says.
 */
const report = [
  'port=/dev/ttyS1',
  `for name in /sys/class/virtio-ports/*/name; do if grep -qx ${reportPort} "$name" 2>/dev/null; then port=/dev/$(basename "$(dirname "$name")"); fi; done`,
  'answer=$(gandi-agent status --wait --json 2>&1); status=$?',
  `printf "\\n${mark} begin\\n%s\\n${mark} end %s\\n" "$answer" "$status" >"$port"`,
  // From a unit of the boot systemd would wait for it.
  'systemctl --no-block poweroff || poweroff',
].join('; ');

/**
 * Lines of sh that have the guest report and power off, once the stage that runs them has ended: until then the agent's work is
 * not done. What a script of postboot leaves running goes on.
 */
export const reportLines: readonly string[] = [`report='${report}'`, 'sh -c "$report" </dev/null >/dev/null 2>&1 &'];

/** @returns undefined as long as there is no whole report */
export function readReport(said: string): GuestReport | undefined {
  const [, text, status] =
    new RegExp(`^${mark} begin\n([\\s\\S]*?)\n${mark} end (\\d+)$`, 'm').exec(said.replaceAll('\r', '')) ?? [];
  return text === undefined ? undefined : { status: Number(status), text };
}
