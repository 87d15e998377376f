import { expect, test } from 'vitest';
import { passOverPostboot, postbootIdlePath } from '../../../../src/agent/status/pass-over-postboot.ts';
import { readStages } from '../../../../src/agent/stage/status.ts';
import { runStage } from '../../../../src/agent/stage/run-stage.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const wants = '/etc/systemd/system/multi-user.target.wants';
const machine = { '/run/systemd/system/.keep': '', [`${wants}/gandi-postboot.service`]: '' };

/** A machine that boots, after `config`. */
async function passedOver(more: Readonly<Record<string, string>>, hasRun = false) {
  const { system } = await machineTree({ ...machine, ...more });
  const live = { ...system, root: '/' };
  if (hasRun) await runStage('postboot', async () => [], live);
  await passOverPostboot(live);
  const isMarked = (await live.files.status(postbootIdlePath)) !== undefined;
  return { isMarked, result: (await readStages(live)).postboot?.result };
}

test('without code to run the stage is done without a process', async () => {
  expect(await passedOver({})).toEqual({ isMarked: true, result: 'done' });
});

test("so it is where the payload's code was run in an earlier boot", async () => {
  const record = { version: 1, payload: 'a'.repeat(64), parts: { run: { startedAt: 'x', endedAt: 'x', exitCode: 0 } } };
  const applied = {
    version: 1,
    payload: { disk: 'vdb', diskSequence: 1, serial: null, offset: 0, length: 1, digest: 'a'.repeat(64) },
    consumed: true,
    appliedAt: 'x',
  };
  const files = {
    '/gandi/config': JSON.stringify({ vm_conf: { run: 'touch /ran' } }),
    '/var/lib/gandi/applied.json': JSON.stringify(applied),
    '/var/lib/gandi/postboot.json': JSON.stringify(record),
  };
  expect(await passedOver(files)).toEqual({ isMarked: true, result: 'done' });
});

test.each<[string, Record<string, string>]>([
  ['there is a script to be run', { '/gandi/script': '#!/bin/sh\n' }],
  ['there is a command to be run', { '/gandi/config': JSON.stringify({ vm_conf: { run: 'true' } }) }],
  ['what there is to run cannot be told', { '/var/lib/gandi/postboot.json': '{' }],
  ['autofs may have to be stopped', { '/etc/default/gandi': 'CONFIG_ALLOW_MOUNT=0\n' }],
])('the stage is started where %s', async (_, files) => {
  expect(await passedOver(files)).toEqual({ isMarked: false, result: undefined });
});

test('a stage that ran in this boot is started again by hand, whatever config finds', async () => {
  expect(await passedOver({}, true)).toEqual({ isMarked: false, result: 'done' });
});

test('where systemd does not start it, nothing is passed over', async () => {
  const { system } = await machineTree({ [`${wants}/gandi-postboot.service`]: '' });
  await passOverPostboot({ ...system, root: '/' });
  expect(await readStages(system)).toEqual({});
  const other = await machineTree({ '/run/systemd/system/.keep': '' });
  await passOverPostboot({ ...other.system, root: '/' });
  expect(await readStages(other.system)).toEqual({});
});
