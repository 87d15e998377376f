import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { raiseLinks } from '../../../../src/agent/network/raise-links.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

/** A machine with two links; its ip(8) brings up what it is told, and remembers it. */
async function machine(...carriers: readonly [eth0: string, eth1: string]) {
  const [eth0, eth1] = carriers;
  const system = await fakeMachine({
    '/sys/class/net/eth0/carrier': `${eth0}\n`,
    '/sys/class/net/eth1/carrier': `${eth1}\n`,
  });
  const raised: string[] = [];
  const run = (tool: string, args: readonly string[]) => {
    raised.push([tool, ...args].join(' '));
    return Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
  };
  const plug = (link: string) => writeFile(join(system.root, `sys/class/net/${link}/carrier`), '1\n');
  return { system: { ...system, processes: { ...system.processes, run } }, raised, plug };
}

const action = { kind: 'raise-links', links: ['eth0', 'eth1'], carrierSeconds: 3600 } as const;

test('where all links have carrier, there is no wait at all', async () => {
  const { system, raised } = await machine('1', '1');
  await raiseLinks(action, system);
  expect(raised).toEqual(['ip link set dev eth0 up', 'ip link set dev eth1 up']);
});

test('the wait ends with the carrier of the last link', async () => {
  const { system, plug } = await machine('1', '0');
  let isDone = false;
  const wait = raiseLinks(action, system).then(() => (isDone = true));
  await plug('eth0');
  expect(isDone).toBe(false);
  await plug('eth1');
  await wait;
});

test('a link that never has carrier is not a failure once the time is over', async () => {
  const { system } = await machine('0', '1');
  await raiseLinks({ ...action, carrierSeconds: 0.1 }, system);
});
