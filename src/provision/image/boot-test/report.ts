/** What the agent of a guest said of itself on the serial port. */
export interface GuestReport {
  /** Exit status of `gandi-agent status`. */
  readonly status: number;
  /** Its JSON. */
  readonly text: string;
}

const mark = '@@gandi-image-test';

/** Whatever else writes to the port meanwhile, the marks stand on lines of their own. */
const report = [
  'answer=$(gandi-agent status --wait --json 2>&1); status=$?',
  `printf "\\n${mark} begin\\n%s\\n${mark} end %s\\n" "$answer" "$status" >/dev/ttyS0`,
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
