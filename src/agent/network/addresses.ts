import { z } from 'zod';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { observeLinks } from './links.ts';

export interface LinkAddresses {
  readonly name: string;
  readonly macAddress: string;
  /** With prefix length. */
  readonly addresses: string[];
  /** Those of them that routers advertise, which come and go by themselves. */
  readonly advertised: string[];
}

const ipOutput = z.array(
  z.object({
    ifname: z.string().optional(),
    addr_info: z
      .array(
        z.object({
          local: z.string().optional(),
          prefixlen: z.number().optional(),
          scope: z.string().optional(),
          family: z.string().optional(),
          // Not IFA_F_PERMANENT: with a lifetime, as by a router or a server.
          dynamic: z.boolean().optional(),
        }),
      )
      .optional(),
  }),
);

/** The network interfaces with the addresses that they have now; for reports, so without iproute2 they have none. */
export async function observeAddresses(system: System): Promise<LinkAddresses[]> {
  const links = (await observeLinks(system)).filter((link) => link.physical);
  const seen = links.length === 0 ? [] : ((await askIp(system)) ?? []);
  return links.map(({ name, address }) => {
    const own = seen.flatMap(({ ifname, addr_info = [] }) => (ifname === name ? addr_info : []));
    return {
      name,
      macAddress: address,
      addresses: own.flatMap(withPrefix),
      advertised: own.filter(({ family, dynamic }) => family === 'inet6' && dynamic === true).flatMap(withPrefix),
    };
  });
}

/** Addresses by which others reach the machine, of all links and without prefix length; undefined where nobody can be asked. */
export async function observeReachableAddresses(system: System): Promise<string[] | undefined> {
  const links = await askIp(system);
  const all = links?.flatMap(({ addr_info = [] }) => addr_info);
  return all?.flatMap(({ local, scope }) => (local === undefined || scope !== 'global' ? [] : [local]));
}

function withPrefix({ local, prefixlen }: { local?: string | undefined; prefixlen?: number | undefined }): string[] {
  return local === undefined ? [] : [`${local}/${prefixlen}`];
}

/** ip(8), -json. */
async function askIp(system: System): Promise<z.infer<typeof ipOutput> | undefined> {
  if (!isRunningMachine(system)) return undefined;
  const output = await system.processes.run('ip', ['-json', 'address', 'show']).catch(() => undefined);
  return output === undefined ? undefined : ipOutput.safeParse(JSON.parse(output.stdout)).data;
}
