import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has udev look at a device again and report it as if it had just come: it then has an event, and a turn, of its own. */
export interface ReportDevice {
  readonly kind: 'report-device';
  readonly device: string;
}

export const reportDeviceKind: ActionKind<ReportDevice> = {
  kind: 'report-device',
  describe: ({ device }) => `have udev report ${device} again`,
  deviceOf: ({ device }) => device,
  apply: reportDevice,
};

async function reportDevice({ device }: ReportDevice, system: System): Promise<void> {
  await system.processes.run('udevadm', ['trigger', '--action=add', `--name-match=${device}`]);
}
