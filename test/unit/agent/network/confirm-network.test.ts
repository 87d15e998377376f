import { expect, test } from 'vitest';
import { confirmNetwork } from '../../../../src/agent/network/confirm-network.ts';
import { type NetworkTrial, networkTrialPath, readNetworkTrial } from '../../../../src/agent/network/network-trial.ts';
import { networkMachine } from '../action/network-machine.ts';

const path = '/etc/network/interfaces.d/eth0';
// Whatever is sent there stays on this host.
const [good, wrong] = ['127.0.0.9', '127.0.0.10'] as const;
const trial: NetworkTrial = {
  tool: 'ifupdown',
  links: ['eth0'],
  wayOut: { kind: 'gateways', gateways: [wrong] },
  live: false,
  inPlace: 'new',
  files: [{ path, mode: 0o644, old: 'old\n', new: 'new\n' }],
};

/** A machine whose default route is what its file says: `old` leads by the good gateway, `new` by none. */
async function machine(changes: Partial<NetworkTrial>, text: string, working: readonly string[]) {
  const answers = new Set(working);
  const found = await networkMachine(
    {
      [path]: text,
      '/etc/default/gandi': 'CONFIG_NETWORK_TRIAL=1\n',
      [networkTrialPath]: JSON.stringify({ ...trial, ...changes }),
    },
    (tool, args) => {
      if (tool !== 'ip') return undefined;
      if (args.includes('neighbour')) return { stdout: JSON.stringify([{ state: ['REACHABLE'] }]) };
      const gateways = args.includes('-4') ? [...answers] : [];
      return { stdout: JSON.stringify(gateways.map((gateway) => ({ gateway, dev: 'eth0' }))) };
    },
  );
  return found;
}

test('without a change on trial there is nothing to do', async () => {
  const { system, ran } = await networkMachine({});
  expect(await confirmNetwork(system)).toEqual([]);
  expect(ran).toEqual([]);
});

test('row 11: what has its way out is kept, and the trial is over', async () => {
  const { system, ran } = await machine({}, 'new\n', [wrong]);
  expect((await confirmNetwork(system)).filter(({ failure }) => failure !== null)).toEqual([]);
  expect(await readNetworkTrial(system)).toBeUndefined();
  expect(ran.filter((line) => /^if(up|down)/.test(line))).toEqual([]);
});

test('a change of the running network is applied before it is judged', async () => {
  const { system, ran } = await machine({ live: true }, 'new\n', [wrong]);
  await confirmNetwork(system);
  expect(ran.filter((line) => /^if(up|down)/.test(line))).toEqual([
    'ifdown --force --ignore-errors eth0',
    'ifup --force eth0',
  ]);
});

test('rows 13 and 14: without a way out the old files return, are applied, and the failure names the gateway', async () => {
  const { system, ran } = await machine({}, 'new\n', [good]);
  const failures = (await confirmNetwork(system)).flatMap(({ failure }) => failure ?? []);
  expect(failures).toMatchObject([{ code: 'network.returned', subject: wrong }]);
  expect(await system.files.read(path)).toBe('old\n');
  expect(ran).toContain('ifup --force eth0');
  expect(await readNetworkTrial(system)).toBeUndefined();
});

test('row 15: where the old configuration is no better, the new one returns', async () => {
  const { system } = await machine({}, 'new\n', []);
  const failures = (await confirmNetwork(system)).flatMap(({ failure }) => failure ?? []);
  expect(failures).toMatchObject([{ code: 'network.no-way-out' }]);
  expect(await system.files.read(path)).toBe('new\n');
});

test('row 10: a file that the admin changed meanwhile is left', async () => {
  const { system } = await machine({}, 'mine\n', []);
  expect((await confirmNetwork(system)).filter(({ failure }) => failure !== null)).toEqual([]);
  expect(await system.files.read(path)).toBe('mine\n');
});

test('power that failed in the return: the old files are put in place once more', async () => {
  const { system } = await machine({ inPlace: 'old' }, 'new\n', [good]);
  await confirmNetwork(system);
  expect(await system.files.read(path)).toBe('old\n');
  expect(await readNetworkTrial(system)).toBeUndefined();
});

test('CONFIG_NETWORK_TRIAL=0 keeps every change', async () => {
  const { system, ran } = await machine({}, 'new\n', []);
  await system.files.replace('/etc/default/gandi', 'CONFIG_NETWORK_TRIAL=0\n', { mode: 0o644 });
  expect((await confirmNetwork(system)).filter(({ failure }) => failure !== null)).toEqual([]);
  expect(ran.filter((line) => line.startsWith('ip'))).toEqual([]);
  expect(await readNetworkTrial(system)).toBeUndefined();
});
