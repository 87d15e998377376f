import { lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agent } from '../../../../src/agent/main.ts';
import { payloadInspectionSchema } from '../../../../src/agent/payload/payload-inspection.ts';
import { openTerminal } from '../../../../src/core/command/terminal.ts';
import { runProgram } from '../../../../src/core/command/run-program.ts';

const hash = `$6$abcdefgh$${'a'.repeat(86)}`;
const config = {
  vm_hostname: 'web1',
  vif: [{ vif_number: 0, pna: [{ pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0/24' } }] }],
  vm_conf: { user: 'admin', password: hash, run: 'echo \u001b[2J' },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gandi-payload-'));
});
afterEach(() => rm(folder, { recursive: true }));

const file = (name: string) => join(folder, name);

/** Runs a command as a user does: what it said on which stream, and its exit status. */
async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = openTerminal(
    () => ({ write: (text: string) => out.push(text.replace(/\n$/, '')) }),
    () => ({ write: (text: string) => err.push(text.replace(/\n$/, '')) }),
  );
  const exitCode = await runProgram(agent, args, terminal);
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

async function create(value: unknown, ...more: string[]) {
  await writeFile(file('config.json'), JSON.stringify(value));
  return run('payload', 'create', '--config', file('config.json'), '--output', file('swap.img'), ...more);
}

describe('payload create', () => {
  test('makes a sparse image that inspect reads', async () => {
    await writeFile(file('script'), '#!/bin/sh\n');
    await writeFile(file('6.1.0-1-amd64-modules.tar.xz'), Buffer.alloc(200_000, 'm'));
    const modules = ['--modules', file('6.1.0-1-amd64-modules.tar.xz')];
    expect(await create(config, '--script', file('script'), ...modules)).toMatchObject({ exitCode: 0, err: '' });
    const status = await lstat(file('swap.img'));
    expect(status).toMatchObject({ size: 512 * 1024 ** 2, mode: 0o100600 });
    expect(status.blocks * 512).toBeLessThan(2 * 1024 ** 2);
    const { out } = await run('payload', 'inspect', '--json', file('swap.img'));
    expect(payloadInspectionSchema.parse(JSON.parse(out)).payload).toMatchObject({
      offset: 524_288,
      scriptLength: 10,
      config: { hostname: 'web1', root: { passwordHash: '•••' } },
      archive: {
        members: [{ name: 'gandi/' }, { role: 'config' }, { role: 'script' }, { role: 'modules', size: 200_000 }],
      },
    });
  });

  test('refuses a configuration with mistakes, one line each, and leaves no image', async () => {
    const { exitCode, err } = await create({ vm_hostname: 'a b', vm_conf: { user: 'root' } });
    expect(exitCode).toBe(3);
    expect(err.split('\n').map((line) => line.split(': ')[1])).toEqual(['vm_hostname', 'vm_conf.user']);
    await expect(lstat(file('swap.img'))).rejects.toThrow('ENOENT');
  });

  test('replaces a file only with --force, and anything else never', async () => {
    await create(config, '--size', '600K');
    const before = await readFile(file('swap.img'));
    expect(await create(config)).toMatchObject({ exitCode: 4, err: expect.stringContaining('(payload-image.exists)') });
    expect((await readFile(file('swap.img'))).equals(before)).toBe(true);
    expect(await create({ vm_hostname: 'web2' }, '--force', '--size', '1M')).toMatchObject({ exitCode: 0 });
    expect((await lstat(file('swap.img'))).size).toBe(1024 ** 2);
    await rm(file('swap.img'));
    await symlink('elsewhere', file('swap.img'));
    expect(await create(config, '--force')).toMatchObject({
      exitCode: 4,
      err: expect.stringContaining('(payload-image.not-a-file)'),
    });
  });

  test('says in words what is in the place', async () => {
    expect(await create(config, '--output', '/dev/null')).toMatchObject({
      exitCode: 4,
      err: expect.stringContaining('/dev/null: cannot make the image: something that is not a file is there already'),
    });
  });

  test('refuses a payload that does not fit, and leaves no image', async () => {
    await writeFile(file('script'), 'x'.repeat(200_000));
    const made = create(config, '--script', file('script'), '--size', '600K');
    expect(await made).toMatchObject({ exitCode: 2, err: expect.stringContaining('(payload-image.too-small)') });
    await expect(lstat(file('swap.img'))).rejects.toThrow('ENOENT');
  });

  test('refuses modules that do not fit, and leaves no image', async () => {
    await writeFile(file('6.1-modules.tar.gz'), Buffer.alloc(5_000_000));
    const made = create(config, '--modules', file('6.1-modules.tar.gz'), '--size', '1M');
    expect(await made).toMatchObject({ exitCode: 2, err: expect.stringContaining('(payload-image.too-small)') });
    await expect(lstat(file('swap.img'))).rejects.toThrow('ENOENT');
  });

  test('refuses what the agent would not read back', async () => {
    await writeFile(file('script'), Buffer.alloc(1024));
    expect(await create(config, '--script', file('script'))).toMatchObject({
      exitCode: 3,
      err: expect.stringContaining('(payload.truncated)'),
    });
    await expect(lstat(file('swap.img'))).rejects.toThrow('ENOENT');
  });

  test('refuses modules that a guest would not know', async () => {
    expect(await create(config, '--modules', file('m.tgz'))).toMatchObject({ exitCode: 2 });
    await expect(lstat(file('swap.img'))).rejects.toThrow('ENOENT');
  });

  test.each([
    ['--modules', '6.1-modules.tar.gz', 'cannot read it: there is no such file'],
    ['--script', 'none', 'cannot read it: there is no such file'],
    ['--output', 'none/swap.img', 'cannot make the image: there is no such folder'],
  ])('%s of a path that is not there is bad usage, told in plain words', async (option, name, words) => {
    const { exitCode, err } = await create(config, option, file(name));
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: expect.stringContaining(`${file(name)}: ${words} (`) });
    expect(err).not.toContain('ENOENT');
    await expect(lstat(file('swap.img'))).rejects.toThrow('ENOENT');
  });

  test.each([
    [['create'], 'payload create: missing option --config FILE'],
    [['create', '--config', 'x'], 'payload create: missing option --output IMAGE'],
    [['inspect'], 'payload inspect: missing argument IMAGE|DEVICE'],
    [['inspect', 'a', 'b'], "payload inspect: unexpected argument 'b'"],
    [['eat'], "payload: unknown subcommand 'eat'"],
    [[], 'payload: missing subcommand (create, inspect)'],
  ])('wrong usage: %j', async (args, words) => {
    const { exitCode, err } = await run('payload', ...args);
    expect({ exitCode, first: err.split('\n')[0] }).toEqual({ exitCode: 2, first: `gandi-agent ${words}` });
  });

  test.each([
    ['1K', 'needs 522K or more for a payload to fit'],
    ['512k', 'needs a number of bytes, or one with K, M or G'],
    ['big', 'needs a number of bytes, or one with K, M or G'],
    ['0', 'needs 522K or more for a payload to fit'],
  ])('wrong usage: a size of %s', async (size, words) => {
    expect(await create(config, '--size', size)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining(`option --size ${words}, not '${size}'`),
    });
  });
});

describe('payload inspect', () => {
  test('shows what a person looks for, the password masked and control characters escaped', async () => {
    await create({ ...config, later: 1 });
    const { out, exitCode } = await run('payload', 'inspect', file('swap.img'));
    expect(exitCode).toBe(0);
    expect(out).toContain('interface 0   192.0.2.10/24');
    expect(out).toContain('password      •••');
    expect(out).toContain('run           "echo \\u001b[2J"');
    expect(out).toContain('warning       later: is not known here and was left out');
    expect(out).not.toContain('$6$');
  });

  test('says that there is none', async () => {
    await writeFile(file('empty.img'), Buffer.alloc(1024 ** 2));
    expect(await run('payload', 'inspect', file('empty.img'))).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('no payload'),
    });
    expect(await run('payload', 'inspect', file('empty.img'), '--json')).toMatchObject({
      exitCode: 0,
      out: '{\n  "version": 1,\n  "payload": null\n}',
    });
  });

  test('says what it cannot open', async () => {
    expect(await run('payload', 'inspect', file('none'))).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('(payload.not-opened)'),
    });
  });
});

describe('validate', () => {
  test('is right, with warnings', async () => {
    await writeFile(file('config'), '{"vm_hostname":"web1","later":1}');
    expect(await run('validate', file('config'))).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('OK'),
      err: expect.stringContaining('warning: later'),
    });
  });

  test('names every mistake on a line of its own', async () => {
    await writeFile(file('config'), '{"vm_hostname":"web 1","nameservers":["x"]}');
    const { exitCode, err } = await run('validate', file('config'));
    expect(exitCode).toBe(3);
    expect(err.split('\n').filter((line) => !line.includes('warning: '))).toHaveLength(2);
  });

  test('a file that is not there is wrong usage', async () => {
    expect(await run('validate', file('none'))).toMatchObject({ exitCode: 2 });
  });
});
