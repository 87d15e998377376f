import { lookupService } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How many are looked up at once: each keeps one of Node's four threads for files until the resolver gives up, and files
 * are sent meanwhile.
 */
const atOnce = 2;
const patienceMs = 5000;

/** Finds the name of the machine at an address, in /etc/hosts or the DNS as gethostbyaddr(3) does. */
export type FindName = (address: string) => Promise<string>;

/**
 * A finder of names. An address without one, or whose server does not answer within 5 s, stands for itself; so does a
 * name that no host can have: it comes from the owner of the reverse zone, and becomes a word of a command.
 */
export function openNames(lookUp = nameAt): FindName {
  let free = atOnce;
  const next: (() => void)[] = [];
  const withTurn = async (address: string) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => next.push(resolve));
    try {
      return await lookUp(address);
    } finally {
      const waiting = next.shift();
      if (waiting === undefined) free += 1;
      else waiting();
    }
  };
  return async (address) => {
    const name = await Promise.race([
      withTurn(address).catch(() => address),
      sleep(patienceMs, address, { ref: false }),
    ]);
    return isHostName(name) ? name : address;
  };
}

/** RFC 1123, and the underscore that many networks have. */
export function isHostName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9](?:[\w-]*\w)?(?:\.[a-z0-9](?:[\w-]*\w)?)*$/i.test(name);
}

async function nameAt(address: string): Promise<string> {
  return (await lookupService(address, 0)).hostname;
}
