import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { StepOutcome } from '../../../../src/agent/action/apply-steps.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { runStage } from '../../../../src/agent/stage/run-stage.ts';
import { readStages } from '../../../../src/agent/stage/status.ts';
import { isAllDone, renderStatus } from '../../../../src/agent/status/status-lines.ts';
import { readStatusReport, statusReportSchema } from '../../../../src/agent/status/status-report.ts';
import { statusSchemaText } from '../../../../src/agent/status/status-schema.ts';
import { waitForStages } from '../../../../src/agent/status/wait-for-stages.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const wants = '/etc/systemd/system/multi-user.target.wants';
const done: StepOutcome = { step: 'cron', changed: ['write /etc/crontab'], failure: null, skipped: false };
const failure = new AgentError('cannot set it', { code: 'config.x', subject: 'Mars', remedy: 'correct the name' });

/** A tree that the stages take for the running machine. */
async function runningTree(files: Readonly<Record<string, string>> = { '/etc/hosts': '' }) {
  const tree = await machineTree(files);
  return { ...tree.system, root: '/' };
}

test('a stage that ran says when, how long, what it changed, what failed and what to do about it', async () => {
  const system = await runningTree();
  const failed = { step: 'timezone', changed: [], failure, skipped: false };
  expect(await runStage('config', async () => [done, failed], system)).toBe(1);
  const report = await readStatusReport({ ...system, root: '/nowhere' });
  expect(report.stages.config).toMatchObject({
    result: 'failed',
    exitCode: 1,
    changed: ['write /etc/crontab'],
    failures: [{ step: 'timezone', code: 'config.x' }],
  });
  expect(renderStatus(report).join('\n')).toMatch(
    /^config +failed, 0\.\d s, \d+\.\d s after boot\n {2}write \/etc\/crontab\n {2}FAILED timezone: Mars: .*correct the name$/m,
  );
  expect(isAllDone(report)).toBe(false);
});

test('while a stage runs, its status says so', async () => {
  const system = await runningTree();
  const during = async () => {
    expect((await readStages(system)).config).toMatchObject({ result: 'running', endedAt: null });
    return [done];
  };
  expect(await runStage('config', during, system)).toBe(0);
  expect((await readStages(system)).config).toMatchObject({ result: 'done', exitCode: 0 });
});

test('stages that run at the same time lose nothing of each other', async () => {
  const system = await runningTree();
  const names = ['config', 'network', 'mount', 'postboot'];
  await Promise.all(names.map((name) => runStage(name, async () => [done], system)));
  expect(Object.keys(await readStages(system)).sort()).toEqual(names.toSorted());
});

test('a status that cannot be written is said, and the stage is done all the same', async () => {
  const tree = await machineTree({ '/run/gandi': 'a file where the folder should be' });
  expect(await runStage('config', async () => [done], { ...tree.system, root: '/' })).toBe(0);
  expect(tree.log.join('\n')).toContain('status not written');
});

test('--wait ends with the last stage whose unit is enabled', async () => {
  const system = await runningTree({
    [`${wants}/gandi-bootstrap.service`]: '',
    [`${wants}/gandi-config.service`]: '',
    [`${wants}/ssh.service`]: '',
  });
  await runStage('bootstrap', async () => [], system);
  let ended = false;
  const waiting = waitForStages(system, 60).then(() => {
    ended = true;
  });
  await runStage('other', async () => [], system);
  expect(ended).toBe(false);
  await runStage('config', async () => [], system);
  await waiting;
});

test('--wait gives up and names who is not done', async () => {
  const system = await runningTree({ [`${wants}/gandi-mount.service`]: '', '/run/gandi/x': '' });
  await expect(waitForStages(system, 0)).rejects.toMatchObject({ code: 'status.not-finished', subject: 'mount' });
});

test('the published schema is what the report is made of', async () => {
  expect(readFileSync('schema/status.schema.json', 'utf8')).toBe(statusSchemaText());
  const { system } = await machineTree({ '/sys/class/net/lo/address': '' });
  const report = await readStatusReport(system);
  expect(statusReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
});

test.each([
  ['', '/run/cloud-init/enabled', 'cloud-init'],
  ['', '/usr/bin/cloud-init', 'gandi-agent'],
  ['CONFIG_FIRST_BOOT=1', '/run/cloud-init/enabled', 'gandi-agent'],
  ['CONFIG_FIRST_BOOT=0', '/etc/hosts', 'cloud-init'],
])('flags %j with %s: the first boot belongs to %s', async (flags, file, owner) => {
  const { system } = await machineTree({ '/etc/default/gandi': `${flags}\n`, [file]: '' });
  expect((await readStatusReport(system)).firstBoot).toBe(owner);
});
