import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openTerminal } from '../../../../src/core/command/terminal.ts';
import { validateCommand } from '../../../../src/agent/cli/validate.ts';

async function validate(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'validate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'file');
  await writeFile(path, text);
  const out: string[] = [];
  const err: string[] = [];
  const terminal = openTerminal(
    () => ({ write: (text: string) => out.push(text.replace(/\n$/, '')) }),
    () => ({ write: (text: string) => err.push(text.replace(/\n$/, '')) }),
  );
  const exitCode = await validateCommand.run([path], terminal);
  return { exitCode, out, err: err.map((line) => line.replace(`${path}: `, '')) };
}

test('a flags file: every mistake with its line, what is misspelt as a warning', async () => {
  const { exitCode, err } = await validate('# flags\nCONFIG_MOTD=yes\nCONFIG_CRON=2 # x\nCONFIG_MODT=1\n');
  expect(exitCode).toBe(3);
  expect(err).toEqual([
    "warning: line 4: unknown flag CONFIG_MODT (did you mean 'CONFIG_MOTD'?)",
    'line 2: CONFIG_MOTD: must be 0 or 1, and not "yes"; 1 is used',
    'line 3: CONFIG_CRON: must be 0 or 1, and not "2"; 1 is used',
  ]);
});

test.each(['CONFIG_MOTD=1\n', '\n  export CONFIG_MOTD = 0\r\n', '# all defaults\n', '{"vm_hostname": "web1"}'])(
  '%j is right',
  async (text) => {
    expect(await validate(text)).toMatchObject({ exitCode: 0, err: [] });
  },
);

test('a payload: every mistake at its path', async () => {
  const { exitCode, err } = await validate('{"vm_hostname": "-", "nameservers": ["x"]}');
  expect(exitCode).toBe(3);
  expect(err).toHaveLength(2);
  expect(err.join()).toMatch(/vm_hostname.*nameservers\[0\]/s);
});
