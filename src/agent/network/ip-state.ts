import { z } from 'zod';
import type { System } from '../../core/system/system.ts';

/** An IPv4 address that a link has, with the network that it makes reachable there. */
export interface LinkAddress {
  readonly address: string;
  readonly prefixLength: number;
}

/** A default route of IPv4. Of those with one metric, the kernel uses the first. */
export interface Ipv4DefaultRoute {
  readonly device: string;
  /** Null for a route into a device, such as a tunnel. */
  readonly gateway: string | null;
  readonly metric: number;
}

/** What the kernel does with IPv4 now, as far as one link is concerned. */
export interface IpState {
  readonly addresses: readonly LinkAddress[];
  /** Of the whole machine, in the order in which the kernel prefers them. */
  readonly defaultRoutes: readonly Ipv4DefaultRoute[];
  /** Sources whose answers a table is asked for, by the number of the table. */
  readonly sourcesByTable: ReadonlyMap<number, readonly string[]>;
}

// ip(8), -batch: one process for all questions, as each costs 0.1 s in an emulated guest, for which an address waits.
const addresses = 'address show scope global';
const everything = [addresses, 'route show default', 'rule show'] as const;

/** ip(8), -json; a machine without iproute2 tells nothing. */
export async function observeIpState(system: System, link: string): Promise<IpState> {
  const answers = await ask(system, everything);
  return {
    addresses: addressesOf(link, answers),
    defaultRoutes: answers.flatMap(({ dst, dev, gateway = null, metric = 0 }) =>
      dst !== 'default' || dev === undefined ? [] : [{ device: dev, gateway, metric }],
    ),
    sourcesByTable: sourcesByTableOf(answers),
  };
}

/** The same, where nothing but the addresses is asked for. */
export async function observeIpv4Addresses(system: System, link: string): Promise<readonly LinkAddress[]> {
  return addressesOf(link, await ask(system, [addresses]));
}

/** A link, a route or a rule: what it has tells which. */
type Answer = z.infer<ReturnType<typeof answer>>;

const answer = () =>
  z.object({
    ifname: z.string().optional(),
    addr_info: z.array(z.object({ local: z.string().optional(), prefixlen: z.number().optional() })).optional(),
    dst: z.string().optional(),
    dev: z.string().optional(),
    gateway: z.string().optional(),
    metric: z.number().optional(),
    src: z.string().optional(),
    table: z.string().optional(),
  });

function addressesOf(link: string, answers: readonly Answer[]): LinkAddress[] {
  return answers
    .flatMap(({ ifname, addr_info = [] }) => (ifname === link ? addr_info : []))
    .flatMap(({ local, prefixlen }) =>
      local === undefined || prefixlen === undefined ? [] : [{ address: local, prefixLength: prefixlen }],
    );
}

function sourcesByTableOf(answers: readonly Answer[]): Map<number, string[]> {
  const sources = new Map<number, string[]>();
  for (const { dst, src, table } of answers) {
    if (dst !== undefined || src === undefined || table === undefined) continue;
    sources.set(Number(table), [...(sources.get(Number(table)) ?? []), src]);
  }
  return sources;
}

async function ask({ processes }: System, questions: readonly string[]): Promise<Answer[]> {
  const args = ['-4', '-json', '-force', '-batch', '-'];
  const input = `${questions.join('\n')}\n`;
  // One question that is refused (a kernel without rules) leaves the answers to the others.
  const output = await processes.run('ip', args, { input, acceptExitCodes: [1, 2] }).catch(() => undefined);
  const schema = answer();
  // A link without addresses is an empty object in some versions: what does not fit is left out.
  return parseLists(output?.stdout ?? '').flatMap((each) => schema.safeParse(each).data ?? []);
}

/** Each question has a list for an answer, one after the other. In a text of JSON there is no line break. */
function parseLists(text: string): unknown[] {
  try {
    const lists: unknown = JSON.parse(`[${text.trim().replaceAll(/\][ \t]*\n\s*\[/g, '],[')}]`);
    return Array.isArray(lists) ? lists.flat() : [];
  } catch {
    return [];
  }
}
