import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { callsOf, commandsOf } from '../../../../src/core/command/command.ts';
import { collectedSchema } from '../../../../src/agent/cli/collect.ts';
import { createdPayloadSchema } from '../../../../src/agent/cli/payload.ts';
import { planSchema } from '../../../../src/agent/cli/show-plan.ts';
import { validationSchema } from '../../../../src/agent/cli/validate.ts';
import { collect } from '../../../../src/agent/collect/collect.ts';
import { agent } from '../../../../src/agent/main.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { usedTree } from '../image/used-tree.ts';
import { runAgent } from './run-agent.ts';

/** Whether they did it is their exit status; they have no result beside it. What `answer` says goes to the port. */
const withoutResult = ['answer', 'disk autofs', 'disk units', 'network confirm', 'outcome', 'thaw'];

test('every command with a result has --json', () => {
  const without = callsOf(commandsOf(agent)).filter(({ command }) => !Object.hasOwn(command.options, 'json'));
  // simple-init has the options of glean.
  expect(without.map(({ words }) => words).sort()).toEqual([...withoutResult, 'simple-init'].sort());
});

test('validate: each file with its mistakes and warnings', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'validate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'flags');
  await writeFile(path, 'CONFIG_MOTD=yes\nCONFIG_MODT=1\n');
  const { exitCode, out, err } = await runAgent('validate', path, '--json');
  expect({ exitCode, err }).toEqual({ exitCode: 3, err: '' });
  expect(validationSchema.parse(JSON.parse(out))).toEqual({
    version: 1,
    files: [
      {
        path,
        kind: 'flags',
        isValid: false,
        mistakes: ['line 1: CONFIG_MOTD: must be 0 or 1, and not "yes"; 1 is used'],
        warnings: ["line 2: unknown flag CONFIG_MODT (did you mean 'CONFIG_MOTD'?)"],
      },
    ],
  });
});

test.each([
  ['bootstrap', 'host name: write /etc/hostname'],
  ['image clean', '/var/lib/gandi/applied.json'],
  ['postboot', ''],
  ['config', ''],
  ['migrate', ''],
])('%s --dry-run --json: what would be done', async (words, change) => {
  const { root } = await machineTree({ ...usedTree, '/gandi/config': '{"vm_hostname": "other"}' });
  const { exitCode, out, err } = await runAgent(...words.split(' '), '--dry-run', '--json', '--root', root);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  const { changes, failures } = planSchema.parse(JSON.parse(out));
  expect(failures).toEqual([]);
  if (change !== '') expect(changes.join('\n')).toContain(change);
});

test('a plan names what cannot be decided, and ends with its status', async () => {
  const config = JSON.stringify({ vm_hostname: 'a;reboot' });
  const { root } = await machineTree({ '/etc/os-release': 'ID=debian\n', '/gandi/config': config });
  const { exitCode, out } = await runAgent('bootstrap', '--dry-run', '--json', '--root', root);
  expect(exitCode).toBe(3);
  expect(planSchema.parse(JSON.parse(out)).failures).toEqual([expect.stringContaining('vm_hostname')]);
});

test('--json of a command that acts means nothing without --dry-run', async () => {
  const { root } = await machineTree(usedTree);
  expect(await runAgent('image', 'clean', '--root', root, '--json')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('option --json means nothing without --dry-run'),
  });
  expect(existsSync(join(root, 'var/lib/gandi/applied.json'))).toBe(true);
});

test('payload create: the image that was made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'create-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [config, image] = [join(folder, 'web1.json'), join(folder, 'swap.img')];
  await writeFile(config, '{"vm_hostname": "web1"}');
  const { exitCode, out, err } = await runAgent(
    'payload',
    'create',
    '--config',
    config,
    '--output',
    image,
    '--size',
    '2M',
    '--json',
  );
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(createdPayloadSchema.parse(JSON.parse(out))).toMatchObject({
    path: image,
    sizeBytes: 2 * 1024 * 1024,
    warnings: [expect.stringContaining('nobody can log in')],
  });
});

test('collect: the archive and what is in it', async () => {
  const { system } = await machineTree(usedTree);
  const { archive, members } = await collect(system);
  const report = { version: 1, path: '/x.tar.gz', sizeBytes: archive.length, members };
  expect(collectedSchema.parse(report).members).toEqual(
    expect.arrayContaining(['gandi-collect/version', 'gandi-collect/status.json', 'gandi-collect/files/gandi/config']),
  );
});
