/** What the agent of a guest said of itself on the serial port. */
export interface GuestReport {
  /** Exit status of `gandi-agent status`. */
  readonly status: number;
  /** Its JSON. */
  readonly text: string;
}

const mark = '@@gandi-image-test';

/**
 * Lines of sh that report and power the guest off. Whatever else writes to the port meanwhile, the marks stand on lines of
 * their own.
 */
export const reportLines: readonly string[] = [
  `answer=$(gandi-agent status --json 2>&1); status=$?`,
  `printf '\\n${mark} begin\\n%s\\n${mark} end %s\\n' "$answer" "$status" >/dev/ttyS0`,
  // From this script's own unit systemd would wait for it.
  'systemctl --no-block poweroff || poweroff',
];

/** @returns undefined as long as there is no whole report */
export function readReport(said: string): GuestReport | undefined {
  const [, text, status] =
    new RegExp(`^${mark} begin\n([\\s\\S]*?)\n${mark} end (\\d+)$`, 'm').exec(said.replaceAll('\r', '')) ?? [];
  return text === undefined ? undefined : { status: Number(status), text };
}
