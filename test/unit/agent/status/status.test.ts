import { expect, test } from 'vitest';
import type { StepOutcome } from '../../../../src/agent/action/apply-steps.ts';
import { converge } from '../../../../src/agent/action/converge.ts';
import { loop } from '../../../../src/agent/action/loop.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { runStage } from '../../../../src/agent/stage/run-stage.ts';
import { readStages } from '../../../../src/agent/stage/status.ts';
import { plainText } from '../../../../src/core/command/line.ts';
import { renderStatus, type StatusView } from '../../../../src/agent/status/status-lines.ts';
import { readStatusReport, statusReportSchema } from '../../../../src/agent/status/status-report.ts';
import { waitForStages } from '../../../../src/agent/status/wait-for-stages.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const view: StatusView = { width: Number.POSITIVE_INFINITY, clock: () => '12:00:00', isVerbose: true };
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
  expect(renderStatus(report, view).map(plainText).join('\n')).toMatch(
    /^config +failed +12:00:00 +0\.\d s\n {2}write \/etc\/crontab\n {2}FAILED timezone: Mars: .*correct the name$/m,
  );
  expect(report.state).toBe('failed');
});

test('stages of a boot that are not enabled are named, and what a person ran does not stand for them', async () => {
  const system = await runningTree({ [`${wants}/gandi-mount.service`]: '' });
  await runStage('network', async () => [done], system);
  expect(await readStatusReport({ ...system, root: '/nowhere' })).toMatchObject({ state: 'not-run' });
  await runStage('mount', async () => [done], system);
  const report = await readStatusReport({ ...system, root: '/nowhere' });
  expect(report).toMatchObject({ state: 'done', disabled: ['bootstrap', 'config', 'postboot'] });
  expect(renderStatus(report, view).map(plainText)[0]).toMatch(
    /: all is done; not enabled: bootstrap, config, postboot$/,
  );
});

test('what a stage leaves as it is, such as a key that is not known, is in the status, also of its first run', async () => {
  const system = await runningTree();
  const told = 'user-data: packages: is not known here and was left out';
  const plan = () => ({ steps: [], notes: [told] });
  const drive = loop({ observe: async () => undefined, plan, kinds: {} });
  await runStage('bootstrap', () => converge(drive, system), system);
  expect((await readStages(system)).bootstrap).toMatchObject({ result: 'done', notes: [told] });
  await runStage('bootstrap', async () => [], system);
  const report = await readStatusReport({ ...system, root: '/nowhere' });
  expect(report.stages.bootstrap).toMatchObject({ notes: [], first: { notes: [told] } });
  const lines = renderStatus(report, { ...view, isVerbose: false }).map(plainText);
  expect(lines.join('\n')).toContain(`\n  note: ${told}`);
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

test('a stage that is run again keeps what its first run of this boot came to', async () => {
  const system = await runningTree();
  const failed = { step: 'timezone', changed: [], failure, skipped: false };
  await runStage('config', async () => [done, failed], system);
  await runStage('config', async () => [], system);
  await runStage('config', async () => [done], system);
  const { config } = await readStages(system);
  expect(config).toMatchObject({ result: 'done', changed: ['write /etc/crontab'] });
  expect(config?.first).toMatchObject({ result: 'failed', failures: [{ step: 'timezone' }] });
  const lines = renderStatus(await readStatusReport({ ...system, root: '/nowhere' }), view).map(plainText);
  expect(lines.join('\n')).toMatch(/^config +done .*\n.*\n {2}first run +failed .*\n.*\n {2}FAILED timezone/m);
});

test('what runs once and failed stays failed when a later run finds nothing to do', async () => {
  const system = await runningTree();
  const failed = { step: "customer's script", changed: [], failure, skipped: false };
  const run = (outcomes: StepOutcome[]) => runStage('postboot', async () => outcomes, system, { runsOnce: true });
  expect(await run([failed])).toBe(1);
  expect(await run([])).toBe(1);
  expect((await readStages(system)).postboot).toMatchObject({
    result: 'failed',
    failures: [{ step: "customer's script" }],
  });
  expect(await run([done])).toBe(0);
  expect((await readStages(system)).postboot).toMatchObject({ result: 'done' });
});

const stage = (result: string, endedAt: number | null = 2) =>
  JSON.stringify({ version: 1, stage: { result, exitCode: 0, startedAt: 1, endedAt, changed: [], failures: [] } });
const event = (more: object) =>
  `${JSON.stringify({ sequence: 1, handler: 'disk', device: '/dev/sdb', diskSequence: 7, action: 'add', spooledAt: 1, startedAt: 2, endedAt: 3, events: 1, changed: [], failures: [], ...more })}\n`;
const timeline = '/run/gandi/timeline.jsonl';
const bootstrapDone = { '/run/gandi/status/bootstrap.json': stage('done') };

test.each([
  ['nothing ran', {}, 'not-run'],
  ['all that is enabled has ended', { ...bootstrapDone, [`${wants}/gandi-bootstrap.service`]: '' }, 'done'],
  ['a stage is enabled and has not begun', { ...bootstrapDone, [`${wants}/gandi-mount.service`]: '' }, 'running'],
  ['a stage runs', { '/run/gandi/status/mount.json': stage('running', null) }, 'running'],
  ['an event failed', { ...bootstrapDone, [timeline]: event({ failures: ['cannot mount it'] }) }, 'failed'],
  [
    'an event failed, and a later one of the disk did not',
    { ...bootstrapDone, [timeline]: event({ failures: ['cannot mount it'] }) + event({ sequence: 2 }) },
    'done',
  ],
  [
    'a disk was pulled while it was mounted, and another has its name',
    {
      ...bootstrapDone,
      [timeline]: event({ action: 'remove', failures: ['what was not written is lost'] }) + event({ diskSequence: 8 }),
    },
    'failed',
  ],
])('%s: %s', async (_, files, state) => {
  const { system } = await machineTree({ '/sys/class/net/lo/address': '', ...files });
  expect((await readStatusReport(system)).state).toBe(state);
});

test('the report is of the form that is published', async () => {
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
