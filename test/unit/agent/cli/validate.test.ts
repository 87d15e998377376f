import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openTerminal } from '../../../../src/core/command/terminal.ts';
import { validateCommand } from '../../../../src/agent/cli/validate.ts';
import { runAgent } from './run-agent.ts';

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

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@example.org';

test.each([
  'CONFIG_MOTD=1\n',
  '\n  export CONFIG_MOTD = 0\r\n',
  '# all defaults\n',
  `{"vm_conf": {"ssh_key": "${key}"}}`,
])('%j is right', async (text) => {
  expect(await validate(text)).toMatchObject({ exitCode: 0, err: [] });
});

test('a payload: every mistake at its path', async () => {
  const { exitCode, err } = await validate(
    JSON.stringify({ vm_hostname: '-', nameservers: ['x'], vm_conf: { ssh_key: key } }),
  );
  expect(exitCode).toBe(3);
  expect(err).toHaveLength(2);
  expect(err.join()).toMatch(/vm_hostname.*nameservers\[0\]/s);
});

test('what is right and will surprise is a warning: nobody can log in, IPv6 addresses that a flag keeps back', async () => {
  const { exitCode, err } = await validate('{"vm_hostname": "web1"}');
  expect(exitCode).toBe(0);
  expect(err).toEqual([expect.stringMatching(/^warning: .*nobody can log in/)]);
  const pna = [{ pna_address: '2001:db8::10', pbn: { pbn_network: '2001:db8::/64', pbn_gateway: '2001:db8::1' } }];
  const ipv6 = { vif: [{ vif_number: 0, pna }], vm_conf: { ssh_key: key } };
  expect((await validate(JSON.stringify(ipv6))).err).toEqual([expect.stringContaining('CONFIG_STATIC_IPV6=1')]);
});

test('it is told beside a mistake too: a damaged key, and with it nobody can log in', async () => {
  const { exitCode, err } = await validate(JSON.stringify({ vm_conf: { ssh_key: key.slice(0, 30) } }));
  expect(exitCode).toBe(3);
  expect(err).toEqual([
    expect.stringMatching(/^warning: .*nobody can log in/),
    expect.stringMatching(/^vm_conf\.ssh_key: /),
  ]);
});

test('a time zone that there is not is a warning', async () => {
  const { exitCode, err } = await validate(JSON.stringify({ vm_conf: { ssh_key: key, timezone: 'Mars/Olympus' } }));
  expect(exitCode).toBe(0);
  expect(err).toEqual([
    expect.stringMatching(/^warning: vm_conf\.timezone: this machine has no time zone "Mars\/Olympus"/),
  ]);
});

test('a word that is nearly one of a choice is named', async () => {
  const { err } = await validate('CONFIG_DATA_DISKS="gandi hetznr"\n');
  expect(err).toEqual([expect.stringContaining('must be one or more of auto, gandi, hetzner')]);
  expect(err[0]).toContain("(did you mean 'hetzner'?)");
});

test('a folder is bad usage, in one sentence', async () => {
  expect(await runAgent('validate', tmpdir())).toMatchObject({
    exitCode: 2,
    err: `gandi-agent validate: ${tmpdir()}: cannot read it: it is a folder (input.folder); give the path of a file in it\n`,
  });
});

test('what is valid in a flags file and does not do what it says is a warning', async () => {
  const { exitCode, err } = await validate(
    'CONFIG_SWAP_DEVICE=/dev/disk/by-label/swap\nCONFIG_MOUNT_PARAMS="rw,suid,exec"\n',
  );
  expect(exitCode).toBe(0);
  expect(err).toEqual([
    'warning: CONFIG_SWAP_DEVICE: a name by what is on a disk designates none; use a name below /dev/disk/by-path',
    'warning: CONFIG_MOUNT_PARAMS: suid is left out, as nosuid is always added',
  ]);
});

test('an address outside its network is named beside a gateway that is wrong', async () => {
  const pna = [{ pna_address: '192.0.3.10', pbn: { pbn_network: '192.0.2.0/24', pbn_gateway: '300.1.1.1' } }];
  const { err } = await validate(JSON.stringify({ vif: [{ vif_number: 0, pna }], vm_conf: { ssh_key: key } }));
  expect(err.toSorted()).toEqual([
    'vif[0].pna[0].pbn.pbn_gateway: is not an IPv4 or IPv6 address',
    'vif[0].pna[0]: has an address that is not in its network',
  ]);
});

test('an empty file is called empty', async () => {
  expect(await validate('\n')).toMatchObject({ exitCode: 3, err: ['is empty'] });
});

test('an assignment of a disk: every mistake with its line', async () => {
  const { exitCode, err } = await validate('# db\nSERIAL=vol-1\nPATH=/etc/db\nREADONLY=yes\n');
  expect(exitCode).toBe(3);
  expect(err).toEqual([
    'line 3: PATH: must be outside of the folders of the system, and not "/etc/db"',
    expect.stringMatching(/^line 4: unknown key READONLY \(did you mean 'READ_ONLY'\?\)/),
  ]);
  expect(await validate('SERIAL=vol-1\nPATH=/data\nOWNER=somebody-elsewhere\n')).toMatchObject({
    exitCode: 0,
    err: [],
  });
});
