import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runBootStage } from '../../../../src/agent/status/run-boot-stage.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const wants = '/etc/systemd/system/multi-user.target.wants';
const enabled = { [`${wants}/gandi-bootstrap.service`]: '', [`${wants}/gandi-config.service`]: '' };
const failed = { step: 'timezone', changed: [], failure: new Error('there is none'), skipped: false };

/** A tree that the stages take for the running machine, with a file in the place of its console. */
async function bootingMachine(more: Readonly<Record<string, string>> = {}) {
  const { system, root, log } = await machineTree({ ...enabled, '/dev/console': '', ...more });
  return {
    system: { ...system, root: '/' },
    log,
    console: () => readFile(join(root, 'dev/console'), 'utf8'),
  };
}

test('the last enabled stage says on the console that the work of the boot has ended', async () => {
  const { system, console } = await bootingMachine();
  await runBootStage('bootstrap', async () => [], system);
  expect(await console()).toBe('');
  await runBootStage('config', async () => [], system);
  expect(await console()).toMatch(/^\ngandi-agent \d+\.\d+\.\d+: work of the boot ended \d+ s after boot: done\n$/);
});

test('stages that failed are named', async () => {
  const { system, console } = await bootingMachine();
  await runBootStage('bootstrap', async () => [], system);
  await runBootStage('config', async () => [failed], system);
  expect(await console()).toMatch(/ after boot: failed: config; see gandi-agent status\n$/);
});

test('it is said once per boot: not by stages that end at the same time, nor by one that is run by hand', async () => {
  const { system, console } = await bootingMachine();
  await Promise.all(['bootstrap', 'config'].map((name) => runBootStage(name, async () => [], system)));
  const said = await console();
  await runBootStage('config', async () => [failed], system);
  expect(await console()).toBe(said);
  expect(said.match(/work of the boot/g)).toHaveLength(1);
});

test.each([
  ['CONFIG_BOOT_REPORT=0', { '/etc/default/gandi': 'CONFIG_BOOT_REPORT=0\n' }],
  ['a stage that is enabled has not begun', { [`${wants}/gandi-mount.service`]: '' }],
])('nothing is said: %s', async (_, more: Readonly<Record<string, string>>) => {
  const { system, console } = await bootingMachine(more);
  for (const name of ['bootstrap', 'config']) await runBootStage(name, async () => [], system);
  expect(await console()).toBe('');
});

test('a machine without a console does its work all the same', async () => {
  const { system, log } = await machineTree(enabled);
  const machine = { ...system, root: '/' };
  for (const name of ['bootstrap', 'config']) expect(await runBootStage(name, async () => [], machine)).toBe(0);
  expect(log.filter((line) => !line.startsWith('info'))).toEqual([]);
});
