import { createHash } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootstrapParts } from '../../../../src/agent/bootstrap/parts.ts';
import { carryOut } from '../../../../src/agent/config/carry-out.ts';
import type { Flags } from '../../../../src/agent/flags/flag-table.ts';
import { runStage } from '../../../../src/agent/stage/run-stage.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { askedMachine } from './asked-machine.ts';

const allowed = 'CONFIG_HOST_REQUESTS="status apply"\n';
const hash = (salt: string) => `$6$${salt}$${'x'.repeat(86)}`;
const recorded = { vm_hostname: 'web1', vm_conf: { password: hash('one'), run: 'true', timezone: 'UTC' } };
const recordedDigest = 'a'.repeat(64);
const payload = { disk: 'sdz', diskSequence: 3, serial: 'swap', offset: 524288, length: 10240, digest: recordedDigest };
const onRecord = {
  '/gandi/config': JSON.stringify(recorded),
  '/var/lib/gandi/applied.json': JSON.stringify({ version: 1, payload, consumed: true, appliedAt: '' }),
  '/bin/bash': '',
  '/etc/hostname': 'by-hand\n',
  '/etc/hosts': '127.0.0.1 localhost\n',
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
  '/etc/shadow': 'root:*:1::::::\n',
};

/** The stage does what it does at boot of what was asked for, and nothing else. */
async function restart(stage: string, system: System, flags: Flags): Promise<void> {
  const parts = bootstrapParts(system, { again: false }).filter(({ name }) => name === 'asked configuration');
  const outcomes = async () => (await Promise.all(parts.map((part) => carryOut(part, system, flags)))).flat();
  await runStage(stage, stage === 'bootstrap' ? outcomes : () => Promise.resolve([]), system);
}

async function machine(options: Parameters<typeof askedMachine>[0] = {}) {
  const asked = await askedMachine({ flags: allowed, files: onRecord, restart, ...options });
  await chmod(join(asked.root, 'bin/bash'), 0o755);
  return asked;
}

const partsOf = (answer: { parts: { part: string; result: string }[] }) =>
  Object.fromEntries(
    answer.parts.filter(({ result }) => result !== 'unchanged').map((each) => [each.part, each.result]),
  );

test('only what the record says otherwise is applied, and what an admin changed since stays', async () => {
  const { ask, system, ran } = await machine();
  const configuration = { ...recorded, vm_conf: { ...recorded.vm_conf, password: hash('two') } };
  const answer = await ask({ ask: 'apply', id: 'a', configuration });
  expect(answer).toMatchObject({ id: 'a', ask: 'apply', result: 'done', code: null });
  expect(partsOf(answer)).toEqual({ password: 'applied' });
  expect(ran.filter((words) => words.startsWith('systemctl restart'))).toEqual([
    'systemctl restart gandi-bootstrap.service',
  ]);
  expect(ran).toContain('chpasswd --encrypted');
  expect(await system.files.read('/etc/hostname')).toBe('by-hand\n');
});

test('what was applied is on record: the next boot has nothing to do, and asked once more it is unchanged', async () => {
  const { ask, system, ran } = await machine();
  const configuration = { ...recorded, vm_hostname: 'web2' };
  expect(partsOf(await ask({ ask: 'apply', configuration }))).toEqual({ hostname: 'applied' });
  expect(await system.files.read('/etc/hostname')).toBe('web2\n');
  const text = `${JSON.stringify(configuration)}\n`;
  expect(await system.files.read('/gandi/config')).toBe(text);
  expect(await system.files.status('/gandi/asked.json')).toBeUndefined();
  const digest = createHash('sha256').update(text).digest('hex');
  // The customer's command is the one that was run, so that postboot is to know it by its old payload.
  expect(JSON.parse((await system.files.read('/var/lib/gandi/applied.json')) ?? '')).toMatchObject({
    ...{ consumed: true, code: recordedDigest },
    payload: { digest },
  });
  ran.length = 0;
  expect(partsOf(await ask({ ask: 'apply', configuration }))).toEqual({});
  expect(ran).toEqual([]);
});

test('parts of the stage config follow once the others are on record, and code of the customer waits for the next boot', async () => {
  const { ask, ran, system } = await machine();
  const configuration = { ...recorded, vm_conf: { ...recorded.vm_conf, timezone: 'Europe/Paris', run: 'false' } };
  expect(partsOf(await ask({ ask: 'apply', configuration }))).toEqual({
    ...{ timezone: 'applied', 'post-boot': 'at-next-boot' },
  });
  expect(ran.filter((words) => words.startsWith('systemctl restart'))).toEqual([
    'systemctl restart gandi-bootstrap.service',
    'systemctl restart gandi-config.service',
  ]);
  const record = JSON.parse((await system.files.read('/var/lib/gandi/applied.json')) ?? '');
  expect(record.code).toBe(record.payload.digest);
});

test('cut off at any moment, it comes to the same once the next boot has finished it', async () => {
  const configuration = { vm_hostname: 'web2', vm_conf: { password: hash('two'), run: 'false' } };
  const digest = createHash('sha256')
    .update(`${JSON.stringify(configuration)}\n`)
    .digest('hex');
  let isCut = true;
  for (let touches = 0; isCut; touches += 1) {
    isCut = false;
    const { ask, system } = await machine({
      restart: async (stage, live, flags) => {
        const cut = cutOffAfter(live, touches);
        await restart(stage, cut.system, flags);
        isCut = cut.isCut();
        await restart(stage, live, flags);
      },
    });
    await ask({ ask: 'apply', configuration });
    const record = JSON.parse((await system.files.read('/var/lib/gandi/applied.json')) ?? '');
    expect({ touches, code: record.code, digest: record.payload.digest }).toEqual({ touches, code: digest, digest });
    expect(await system.files.read('/etc/hostname')).toBe('web2\n');
    expect(JSON.parse((await system.files.read('/gandi/config')) ?? '')).toEqual(configuration);
    expect(await system.files.status('/gandi/asked.json')).toBeUndefined();
  }
});

/** A machine of which nothing is changed any more after some changes. */
function cutOffAfter(system: System, touches: number): { readonly system: System; readonly isCut: () => boolean } {
  let left = touches;
  const door =
    <Arguments extends unknown[], Result>(open: (...args: Arguments) => Promise<Result>) =>
    (...args: Arguments): Promise<Result> => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('the power is gone')) : open(...args);
    };
  const { files, processes } = system;
  const doors = { replace: door(files.replace), makeDirectory: door(files.makeDirectory), remove: door(files.remove) };
  const cut = { ...system, files: { ...files, ...doors }, processes: { ...processes, run: door(processes.run) } };
  return { system: cut, isCut: () => left < 0 };
}

test('a part that fails is named, all others are applied, and the next boot goes on', async () => {
  const { ask, system } = await machine({ fails: 'chpasswd' });
  const configuration = { vm_hostname: 'web2', vm_conf: { password: hash('two'), locale: 'C.UTF-8' } };
  const answer = await ask({ ask: 'apply', configuration });
  expect(answer).toMatchObject({ result: 'failed', code: 'process.failed' });
  expect(partsOf(answer)).toEqual({ hostname: 'applied', password: 'failed', locale: 'held-back' });
  expect(await system.files.read('/etc/hostname')).toBe('web2\n');
  expect(await system.files.read('/gandi/config')).toBe(onRecord['/gandi/config']);
  expect((await system.files.status('/gandi/asked.json'))?.mode).toBe(0o600);
});

test('what a flag forbids is not done', async () => {
  const { ask, system } = await machine({ flags: `${allowed}CONFIG_HOSTNAME=0\nCONFIG_HOSTS=0\n` });
  const answer = await ask({ ask: 'apply', configuration: { ...recorded, vm_hostname: 'web2' } });
  expect(partsOf(answer)).toEqual({ hostname: 'switched-off' });
  expect(await system.files.read('/etc/hostname')).toBe('by-hand\n');
});

test.each<[what: string, configuration: object, code: string]>([
  ['a mistake', { vm_hostname: 'web2', vm_conf: { password: 'MyWord7' } }, 'config.invalid'],
  ['a mistake of the whole', { vm_conf: 7 }, 'config.invalid'],
])('%s refuses all of it, and nothing is changed', async (_, configuration, code) => {
  const { ask, ran, system } = await machine();
  const answer = await ask({ ask: 'apply', configuration });
  expect(answer).toMatchObject({ result: 'refused', code, parts: [] });
  expect(JSON.stringify(answer)).not.toContain('MyWord7');
  expect(ran).toEqual([]);
  expect(await system.files.status('/gandi/asked.json')).toBeUndefined();
});

test('a password is in no line of the log, no argument list and no answer', async () => {
  const { ask, ran, log } = await machine();
  const answer = await ask({ ask: 'apply', configuration: { vm_conf: { password: hash('secretsalt') } } });
  expect(partsOf(answer)).toEqual({ password: 'applied' });
  expect([...ran, ...log, JSON.stringify(answer)].filter((text) => text.includes('secretsalt'))).toEqual([]);
});
