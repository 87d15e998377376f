import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStages } from '../../../../src/agent/stage/status.ts';
import { endIdleStages, type IdleLooks, idleFolder } from '../../../../src/agent/status/end-idle-stages.ts';
import { runBootStage } from '../../../../src/agent/status/run-boot-stage.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const wants = '/etc/systemd/system/multi-user.target.wants';
const names = ['bootstrap', 'config', 'mount', 'postboot'];

/** A tree that the stages take for the running machine, of which the first stage has just ended. */
async function afterBootstrap(enabled = names) {
  const units = Object.fromEntries(enabled.map((name) => [`${wants}/gandi-${name}.service`, '']));
  const { system, root, log } = await machineTree({ ...units, '/dev/console': '' });
  const machine = { ...system, root: '/' };
  await runBootStage('bootstrap', async () => [], machine);
  return {
    machine,
    log,
    console: () => readFile(join(root, 'dev/console'), 'utf8'),
    ended: async () => Object.keys(await readStages(machine)).toSorted(),
    marked: () => machine.files.list(idleFolder),
  };
}

const looks = (idle: readonly string[]): IdleLooks =>
  Object.fromEntries(names.slice(1).map((name) => [name, async () => idle.includes(name)]));

test('where nothing is to be done, one process ends all stages, and says that the work of the boot has ended', async () => {
  const { machine, ended, marked, console } = await afterBootstrap();
  await endIdleStages(machine, looks(names));
  expect(await ended()).toEqual(names);
  expect(await marked()).toEqual(['config', 'mount', 'postboot']);
  expect(await console()).toMatch(/work of the boot ended \d+ s after boot: done\n$/);
});

test('a stage that has something to do runs in its unit, and the end of the boot waits for it', async () => {
  const { machine, ended, marked, console } = await afterBootstrap();
  await endIdleStages(machine, looks(['config', 'postboot']));
  expect(await ended()).toEqual(['bootstrap', 'config', 'postboot']);
  expect(await marked()).toEqual(['config', 'postboot']);
  expect(await console()).toBe('');
});

test('a stage that cannot be looked at runs in its unit, which tells why', async () => {
  const { machine, ended, log } = await afterBootstrap();
  const fails = () => Promise.reject(new Error('the disk does not answer'));
  await endIdleStages(machine, { ...looks(names), config: fails });
  expect(await ended()).toEqual(['bootstrap', 'mount', 'postboot']);
  expect(log.filter((line) => !line.startsWith('info'))).toEqual([]);
});

test('a stage that ran in this boot keeps what it came to', async () => {
  const { machine, marked } = await afterBootstrap();
  const failed = { step: 'timezone', changed: [], failure: new Error('there is none'), skipped: false };
  await runBootStage('config', async () => [failed], machine);
  await endIdleStages(machine, looks(names));
  expect((await readStages(machine)).config?.result).toBe('failed');
  expect(await marked()).toEqual(['mount', 'postboot']);
});

test('a stage whose unit is off has not run', async () => {
  const { machine, ended } = await afterBootstrap(['bootstrap', 'config']);
  await endIdleStages(machine, looks(names));
  expect(await ended()).toEqual(['bootstrap', 'config']);
});
