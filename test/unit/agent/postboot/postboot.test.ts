import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { postboot } from '../../../../src/agent/postboot/postboot.ts';
import { type MachineTree, machineTree } from '../../core/system/machine-tree.ts';

/** A tree whose stages believe that it runs: their programs are started, by their paths in the tree. */
async function runningTree(files: Readonly<Record<string, string>>): Promise<MachineTree> {
  const tree = await machineTree(files);
  return { ...tree, system: { ...tree.system, root: '/' } };
}

const config = (vmConf: Record<string, string>) => ({ '/gandi/config': JSON.stringify({ vm_conf: vmConf }) });
/** Each run adds a line to this file of the tree. */
const script = (root: string, body = '') => `#!/bin/sh\necho "$@" >>${root}/ran\n${body}`;
const outcomesOf = (outcomes: Awaited<ReturnType<typeof postboot>>) =>
  outcomes.map(({ step, failure }) => [step, failure === null ? 'done' : (failure as { code: string }).code]);

async function ranIn(root: string): Promise<string> {
  return readFile(join(root, 'ran'), 'utf8').catch(() => '');
}

async function withScript(body = '', vmConf: Record<string, string> = {}, flags = ''): Promise<MachineTree> {
  const tree = await runningTree({ ...config(vmConf), '/etc/default/gandi': flags, '/gandi/script': '' });
  await writeFile(join(tree.root, 'gandi/script'), script(tree.root, body), { mode: 0o600 });
  return tree;
}

test('the script is run with its arguments, then the command; nothing of them is read by a shell in between', async () => {
  const { system, root } = await withScript('', { script_args: `--role 'web & db' $HOME` });
  const command = { ...JSON.parse(await readFile(join(root, 'gandi/config'), 'utf8')) };
  command.vm_conf.run = `echo "command of $HOME" >>${root}/ran`;
  await writeFile(join(root, 'gandi/config'), JSON.stringify(command));

  expect(outcomesOf(await postboot(system))).toEqual([
    ["customer's script", 'done'],
    ["customer's command", 'done'],
  ]);
  expect(await ranIn(root)).toBe('--role web & db $HOME\ncommand of /root\n');
});

test('L17: what was run is not run again, whether it went well or failed', async () => {
  const { system, root } = await withScript('exit 3');
  expect(outcomesOf(await postboot(system))).toEqual([["customer's script", 'postboot.failed']]);
  expect(await postboot(system)).toEqual([]);
  expect(await ranIn(root)).toBe('\n');
});

test('L17: the start is on the disk before it starts, so a power cut does not make it run twice', async () => {
  const { system, root } = await withScript();
  const record = join(root, 'var/lib/gandi/postboot.json');
  await writeFile(join(root, 'gandi/script'), script(root, `cp ${record} ${root}/at-start`));
  await postboot(system);
  const atStart = await readFile(join(root, 'at-start'), 'utf8');
  expect(JSON.parse(atStart).parts.script).toMatchObject({ exitCode: null, endedAt: null });

  await writeFile(record, atStart);
  expect(await postboot(system)).toEqual([]);
  expect(await ranIn(root)).toBe('\n');
});

test('another payload brings another run, though its script be the same; another configuration with the same code does not', async () => {
  const { system, root } = await withScript();
  const applied = (digest: string, more: object = {}) =>
    JSON.stringify({
      ...more,
      version: 1,
      payload: { disk: 'vdb', diskSequence: 1, serial: null, offset: 0, length: 1, digest: digest.repeat(64) },
      consumed: true,
      appliedAt: '2026-01-01T00:00:00Z',
    });
  await postboot(system);
  await writeFile(join(root, 'var/lib/gandi/applied.json'), applied('a'));
  await postboot(system);
  await postboot(system);
  await writeFile(join(root, 'var/lib/gandi/applied.json'), applied('b'));
  await postboot(system);
  expect(await ranIn(root)).toBe('\n\n\n');
  // A configuration that the platform asked for, with the code of the payload before it.
  await writeFile(join(root, 'var/lib/gandi/applied.json'), applied('c', { code: 'b'.repeat(64) }));
  await postboot(system);
  expect(await ranIn(root)).toBe('\n\n\n');
});

test('a script that fails does not keep the command from running, and its status is kept', async () => {
  const { system, root } = await withScript('exit 7', { run: 'true' });
  expect(outcomesOf(await postboot(system))).toEqual([
    ["customer's script", 'postboot.failed'],
    ["customer's command", 'done'],
  ]);
  const record = JSON.parse(await readFile(join(root, 'var/lib/gandi/postboot.json'), 'utf8'));
  expect(record.parts).toMatchObject({ script: { exitCode: 7 }, run: { exitCode: 0 } });
});

test('the commands of a drive are run where nothing has made a folder for them', async () => {
  const userData = '#cloud-config\nruncmd: ["true"]\n';
  const drive = {
    version: 1,
    source: 'nocloud',
    digest: 'a',
    texts: { 'meta-data': 'instance-id: a\n', 'user-data': userData },
  };
  const { system, root } = await runningTree({ '/var/lib/gandi/drive.json': JSON.stringify(drive) });
  expect(outcomesOf(await postboot(system))).toEqual([["customer's command", 'done']]);
  expect((await stat(join(root, 'gandi'))).mode & 0o777).toBe(0o700);
});

test('a script and a command with line ends of Windows are run, once', async () => {
  const { system, root } = await withScript('', { run: 'true\r\ntrue' });
  await writeFile(join(root, 'gandi/script'), script(root, 'exit 0\n').replaceAll('\n', '\r\n'));
  expect(outcomesOf(await postboot(system))).toEqual([
    ["customer's script", 'done'],
    ["customer's command", 'done'],
  ]);
  expect(await postboot(system)).toEqual([]);
  expect(await ranIn(root)).toBe('\n');
});

test('a CR in a script that was not written on Windows is left alone', async () => {
  const { system, root } = await withScript();
  const text = `#!/bin/sh\nprintf '%s' 'a\r\nb' >>${root}/ran\n`;
  await writeFile(join(root, 'gandi/script'), text);
  await postboot(system);
  expect(await ranIn(root)).toBe('a\r\nb');
  expect(await readFile(join(root, 'gandi/script'), 'utf8')).toBe(text);
});

test('a script without a first line that names its shell is run by sh', async () => {
  const { system, root } = await withScript();
  await writeFile(join(root, 'gandi/script'), `echo plain >>${root}/ran\n`);
  expect(outcomesOf(await postboot(system))).toEqual([["customer's script", 'done']]);
  expect(await ranIn(root)).toBe('plain\n');
});

test('what it says is in the journal and in a log of root alone', async () => {
  const { system, root, log } = await withScript('echo hello; echo trouble >&2');
  await postboot(system);
  expect(log).toEqual(expect.arrayContaining(['info: script says: hello', 'info: script says: trouble']));
  const path = join(root, 'var/log/gandi/postboot.log');
  expect(await readFile(path, 'utf8')).toMatch(/^== \S+ script\nhello\ntrouble\n== ended with status 0\n$/);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a script that hangs is stopped, with all that it started, and the command runs all the same', async () => {
  const { system, root } = await withScript('sleep 600 & wait', { run: 'true' }, 'CONFIG_POSTBOOT_TIMEOUT=1');
  expect(outcomesOf(await postboot(system))).toEqual([
    ["customer's script", 'postboot.timed-out'],
    ["customer's command", 'done'],
  ]);
  expect(await readFile(join(root, 'var/log/gandi/postboot.log'), 'utf8')).toContain('ended with status 124');
});

test('a daemon that the script left behind is not waited for', async () => {
  const { system } = await withScript('sleep 20 &');
  const start = process.hrtime.bigint();
  await postboot(system);
  const took = Number(process.hrtime.bigint() - start) / 1e9;
  expect(took).toBeLessThan(15);
});

test('L16: a comment behind a value of the flags file does not keep the script from running', async () => {
  const { system, root } = await withScript('', {}, 'CONFIG_ALLOW_MOUNT=1 # yes\nexport OTHER="a b" # two\n');
  await postboot(system);
  expect(await ranIn(root)).toBe('\n');
});

test('CONFIG_POSTBOOT=0 runs nothing', async () => {
  const { system, root } = await withScript('', { run: 'true' }, 'CONFIG_POSTBOOT=0');
  expect(await postboot(system)).toEqual([]);
  expect(await ranIn(root)).toBe('');
});

test('arguments with a quote that is never closed: the script is not run, and the command is', async () => {
  const { system, root } = await withScript('', { script_args: `it's`, run: 'true' });
  expect(outcomesOf(await postboot(system))).toEqual([
    ["customer's script", 'postboot.bad-arguments'],
    ["customer's command", 'done'],
  ]);
  expect(await ranIn(root)).toBe('');
});

test('nothing is run on a tree that is not a running machine', async () => {
  const { system } = await machineTree({ ...config({ run: 'true' }), '/gandi/script': 'true' });
  expect(await postboot(system)).toEqual([]);
});

test('arguments are masked in plan and log, as they may hold a secret', async () => {
  const { system, log } = await withScript('', { script_args: '--token canary', run: 'true canary' });
  const outcomes = await postboot(system);
  expect(JSON.stringify(outcomes) + log.join('\n')).not.toContain('canary');
});

/** A machine with systemd, whose autofs runs until it is stopped. */
async function withAutofs(files: Readonly<Record<string, string>>) {
  const { system } = await runningTree({ '/run/systemd/system/x': '', ...files });
  const stopped: string[] = [];
  const run = async (tool: string, args: readonly string[]) => {
    if (args.includes('stop')) stopped.push([tool, ...args].join(' '));
    return {
      exitCode: 0,
      stdout: stopped.length === 0 ? 'ActiveState=active\n' : 'ActiveState=inactive\n',
      stderr: '',
    };
  };
  return { system: { ...system, processes: { ...system.processes, run } }, stopped };
}

test.each([
  ['mounting is off', { '/etc/default/gandi': 'CONFIG_ALLOW_MOUNT=0\n' }, 1],
  [
    'mounting is off and first boot is left to cloud-init',
    { '/etc/default/gandi': 'CONFIG_ALLOW_MOUNT=0\n', '/run/cloud-init/enabled': '' },
    1,
  ],
  ['mounting is on', { '/etc/default/gandi': 'CONFIG_ALLOW_MOUNT=1\n' }, 0],
])('autofs, when %s', async (_, files, stops) => {
  const { system, stopped } = await withAutofs(files);
  expect(outcomesOf(await postboot(system))).toHaveLength(stops);
  expect(stopped).toEqual(Array(stops).fill('systemctl stop autofs.service'));
  expect(await postboot(system)).toEqual([]);
});

test('autofs is stopped although the configuration is wrong', async () => {
  const { system, stopped } = await withAutofs({
    '/etc/default/gandi': 'CONFIG_ALLOW_MOUNT=0\n',
    '/gandi/config': '{',
  });
  await expect(postboot(system)).rejects.toMatchObject({ code: 'config.invalid' });
  expect(stopped).toHaveLength(1);
});
