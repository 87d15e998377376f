import { z } from 'zod';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { observeLinks } from './links.ts';

export interface LinkAddresses {
  readonly name: string;
  readonly macAddress: string;
  /** With prefix length. */
  readonly addresses: string[];
}

const ipOutput = z.array(
  z.object({
    ifname: z.string().optional(),
    addr_info: z.array(z.object({ local: z.string().optional(), prefixlen: z.number().optional() })).optional(),
  }),
);

/** The network interfaces with the addresses that they have now; for reports, so without iproute2 they have none. */
export async function observeAddresses(system: System): Promise<LinkAddresses[]> {
  const links = (await observeLinks(system)).filter((link) => link.physical);
  const addresses = links.length === 0 ? new Map<string, string[]>() : await readAddresses(system);
  return links.map(({ name, address }) => ({ name, macAddress: address, addresses: addresses.get(name) ?? [] }));
}

/** ip(8), -json. */
async function readAddresses(system: System): Promise<Map<string, string[]>> {
  if (!isRunningMachine(system)) return new Map();
  const output = await system.processes.run('ip', ['-json', 'address', 'show']).catch(() => undefined);
  if (output === undefined) return new Map();
  const parsed = ipOutput.safeParse(JSON.parse(output.stdout));
  return new Map(
    (parsed.data ?? []).map(({ ifname = '', addr_info = [] }) => [
      ifname,
      addr_info.flatMap(({ local, prefixlen }) => (local === undefined ? [] : [`${local}/${prefixlen}`])),
    ]),
  );
}
