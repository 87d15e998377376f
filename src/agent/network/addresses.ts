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
    addr_info: z
      .array(z.object({ local: z.string().optional(), prefixlen: z.number().optional(), scope: z.string().optional() }))
      .optional(),
  }),
);

/** The network interfaces with the addresses that they have now; for reports, so without iproute2 they have none. */
export async function observeAddresses(system: System): Promise<LinkAddresses[]> {
  const links = (await observeLinks(system)).filter((link) => link.physical);
  const addresses = links.length === 0 ? new Map<string, string[]>() : await readAddresses(system);
  return links.map(({ name, address }) => ({ name, macAddress: address, addresses: addresses.get(name) ?? [] }));
}

/** Addresses by which others reach the machine, of all links and without prefix length; undefined where nobody can be asked. */
export async function observeReachableAddresses(system: System): Promise<string[] | undefined> {
  const links = await askIp(system);
  const all = links?.flatMap(({ addr_info = [] }) => addr_info);
  return all?.flatMap(({ local, scope }) => (local === undefined || scope !== 'global' ? [] : [local]));
}

async function readAddresses(system: System): Promise<Map<string, string[]>> {
  const links = (await askIp(system)) ?? [];
  return new Map(
    links.map(({ ifname = '', addr_info = [] }) => [
      ifname,
      addr_info.flatMap(({ local, prefixlen }) => (local === undefined ? [] : [`${local}/${prefixlen}`])),
    ]),
  );
}

/** ip(8), -json. */
async function askIp(system: System): Promise<z.infer<typeof ipOutput> | undefined> {
  if (!isRunningMachine(system)) return undefined;
  const output = await system.processes.run('ip', ['-json', 'address', 'show']).catch(() => undefined);
  return output === undefined ? undefined : ipOutput.safeParse(JSON.parse(output.stdout)).data;
}
