import type { DhcpClient } from './dhcp-client.ts';
import { isRunBySystemd, type System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Starts a DHCP client for a link that no tool takes care of, in a unit of its own that ends with the link. */
export interface StartDhcp {
  readonly kind: 'start-dhcp';
  readonly link: string;
  readonly client: DhcpClient;
}

export const startDhcpKind: ActionKind<StartDhcp> = {
  kind: 'start-dhcp',
  describe: (action) => `start ${action.client} for ${action.link}`,
  apply: startDhcp,
};

/** Each stays in the foreground: its unit is the way to it, and no file with a process number. */
const commands: Readonly<Record<DhcpClient, (link: string) => readonly string[]>> = {
  dhcpcd: (link) => ['dhcpcd', '--nobackground', link],
  dhclient: (link) => ['dhclient', '-d', link],
  udhcpc: (link) => ['udhcpc', '-f', '-i', link],
};

/** Where no systemd looks after them each goes to the background by itself. */
const daemons: Readonly<Record<DhcpClient, (link: string) => readonly string[]>> = {
  dhcpcd: (link) => ['dhcpcd', link],
  dhclient: (link) => ['dhclient', '-nw', link],
  udhcpc: (link) => ['udhcpc', '-b', '-i', link],
};

/** The unit ends when the kernel takes the link away (systemd.unit(5), BindsTo). */
async function startDhcp({ link, client }: StartDhcp, system: System): Promise<void> {
  const { processes } = system;
  if (!(await isRunBySystemd(system))) {
    const [program = client, ...args] = daemons[client](link);
    await processes.run('ip', ['link', 'set', 'dev', link, 'up']);
    await processes.run(program, args);
    return;
  }
  const { stdout } = await processes.run('systemd-escape', [
    '--suffix=device',
    '--path',
    `/sys/subsystem/net/devices/${link}`,
  ]);
  const unit = `gandi-dhcp-${link}.service`;
  await processes.run('ip', ['link', 'set', 'dev', link, 'up']);
  await processes.run('systemd-run', [
    '--collect',
    '--quiet',
    `--unit=${unit}`,
    `--property=BindsTo=${stdout.trim()}`,
    `--property=After=${stdout.trim()}`,
    '--property=Restart=on-failure',
    '--property=SyslogIdentifier=gandi',
    '--',
    ...commands[client](link),
  ]);
}
