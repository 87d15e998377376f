import { lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTerminal } from '../../../../src/agent/cli/terminal.ts';
import { payloadCommand } from '../../../../src/agent/cli/payload.ts';
import { validateCommand } from '../../../../src/agent/cli/validate.ts';

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
async function run(command: typeof payloadCommand, ...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = openTerminal(
    () => ({ write: (text: string) => out.push(text.replace(/\n$/, '')) }),
    () => ({ write: (text: string) => err.push(text.replace(/\n$/, '')) }),
  );
  const exitCode = await command.run(args, terminal);
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

async function create(value: unknown, ...more: string[]) {
  await writeFile(file('config.json'), JSON.stringify(value));
  return run(payloadCommand, 'create', '--config', file('config.json'), '--output', file('swap.img'), ...more);
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
    const { out } = await run(payloadCommand, 'inspect', '--json', file('swap.img'));
    expect(JSON.parse(out)).toMatchObject({
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
    await expect(create(config)).rejects.toMatchObject({ code: 'payload-image.exists', exitCode: 4 });
    expect((await readFile(file('swap.img'))).equals(before)).toBe(true);
    expect(await create({ vm_hostname: 'web2' }, '--force', '--size', '1M')).toMatchObject({ exitCode: 0 });
    expect((await lstat(file('swap.img'))).size).toBe(1024 ** 2);
    await rm(file('swap.img'));
    await symlink('elsewhere', file('swap.img'));
    await expect(create(config, '--force')).rejects.toMatchObject({ code: 'payload-image.not-a-file', exitCode: 4 });
  });

  test('refuses a payload that does not fit, and leaves no image', async () => {
    await writeFile(file('script'), 'x'.repeat(200_000));
    const made = create(config, '--script', file('script'), '--size', '600K');
    await expect(made).rejects.toMatchObject({ code: 'payload-image.too-small', exitCode: 2 });
    await expect(lstat(file('swap.img'))).rejects.toThrow('ENOENT');
  });

  test('refuses modules that do not fit, and leaves no image', async () => {
    await writeFile(file('6.1-modules.tar.gz'), Buffer.alloc(5_000_000));
    const made = create(config, '--modules', file('6.1-modules.tar.gz'), '--size', '1M');
    await expect(made).rejects.toMatchObject({ code: 'payload-image.too-small', exitCode: 2 });
    await expect(lstat(file('swap.img'))).rejects.toThrow('ENOENT');
  });

  test('refuses what the agent would not read back', async () => {
    await writeFile(file('script'), Buffer.alloc(1024));
    await expect(create(config, '--script', file('script'))).rejects.toMatchObject({ code: 'payload.truncated' });
    await expect(lstat(file('swap.img'))).rejects.toThrow('ENOENT');
  });

  test('refuses modules that a guest would not know, or that are not there', async () => {
    await expect(create(config, '--modules', file('m.tgz'))).rejects.toMatchObject({ exitCode: 2 });
    await expect(create(config, '--modules', file('6.1-modules.tar.gz'))).rejects.toThrow('ENOENT');
    await expect(lstat(file('swap.img'))).rejects.toThrow('ENOENT');
  });

  test.each([['create'], ['create', '--config', 'x'], ['inspect'], ['inspect', 'a', 'b'], ['eat'], []])(
    'wrong usage: %j',
    async (...args) =>
      expect(await run(payloadCommand, ...args)).toMatchObject({ exitCode: 2, err: expect.stringMatching(/^usage: /) }),
  );

  test.each(['1K', '512k', 'big', '0'])('wrong usage: a size of %s', async (size) => {
    expect(await create(config, '--size', size)).toMatchObject({ exitCode: 2 });
  });
});

describe('payload inspect', () => {
  test('shows what a person looks for, the password masked and control characters escaped', async () => {
    await create({ ...config, later: 1 });
    const { out, exitCode } = await run(payloadCommand, 'inspect', file('swap.img'));
    expect(exitCode).toBe(0);
    expect(out).toContain('interface 0   192.0.2.10/24');
    expect(out).toContain('password      •••');
    expect(out).toContain('run           "echo \\u001b[2J"');
    expect(out).toContain('warning       later: is not known here and was left out');
    expect(out).not.toContain('$6$');
  });

  test('says that there is none', async () => {
    await writeFile(file('empty.img'), Buffer.alloc(1024 ** 2));
    expect(await run(payloadCommand, 'inspect', file('empty.img'))).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('no payload'),
    });
    expect(await run(payloadCommand, 'inspect', file('empty.img'), '--json')).toMatchObject({
      exitCode: 0,
      out: 'null',
    });
  });

  test('says what it cannot open', async () => {
    await expect(run(payloadCommand, 'inspect', file('none'))).rejects.toMatchObject({ code: 'payload.not-opened' });
  });
});

describe('validate', () => {
  test('is right, with warnings', async () => {
    await writeFile(file('config'), '{"vm_hostname":"web1","later":1}');
    expect(await run(validateCommand, file('config'))).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('is right'),
      err: expect.stringContaining('warning: later'),
    });
  });

  test('names every mistake on a line of its own', async () => {
    await writeFile(file('config'), '{"vm_hostname":"web 1","nameservers":["x"]}');
    const { exitCode, err } = await run(validateCommand, file('config'));
    expect(exitCode).toBe(3);
    expect(err.split('\n')).toHaveLength(2);
  });

  test('a file that is not there is wrong usage', async () => {
    await expect(run(validateCommand, file('none'))).rejects.toMatchObject({ exitCode: 2 });
  });
});
