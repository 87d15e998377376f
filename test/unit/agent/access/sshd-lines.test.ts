import { expect, test } from 'vitest';
import { readAsText } from '../../../../src/agent/access/sshd-answer.ts';
import { readSshdLines } from '../../../../src/agent/access/read-sshd-lines.ts';
import { dependsOnPlace } from '../../../../src/agent/access/sshd-lines.ts';
import { parseSshdOutput } from '../../../../src/agent/access/sshd-settings.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const main = '/etc/ssh/sshd_config';
const dropIn = (name: string) => `/etc/ssh/sshd_config.d/${name}.conf`;
const alice = { name: 'alice', groups: ['alice', 'staff'] };

async function settings(files: Readonly<Record<string, string>>, user = alice) {
  const { system } = await machineTree(files);
  const answer = await readAsText(system, user);
  if (answer.kind !== 'settings') throw new Error(answer.kind);
  return answer.settings;
}

test.each([
  ['nothing is said', '', ['.ssh/authorized_keys', '.ssh/authorized_keys2']],
  ['the first counts', 'AuthorizedKeysFile /a/%u\nAuthorizedKeysFile /b\n', ['/a/%u']],
  ['case, equals sign and quotes', 'authorizedkeysfile="/a/%u"\n', ['/a/%u']],
  ['a comment behind it', 'AuthorizedKeysFile /a # not /b\n', ['/a']],
  ['none', 'AuthorizedKeysFile none\n', []],
  ['line ends of other systems', 'Port 22\r\nAuthorizedKeysFile /a/%u\r\n', ['/a/%u']],
  [
    'a block for others',
    'Match User bob\nAuthorizedKeysFile /bob\n',
    ['.ssh/authorized_keys', '.ssh/authorized_keys2'],
  ],
  ['a block by a pattern', 'AuthorizedKeysFile /a\nMatch User al*,bob\nAuthorizedKeysFile /b\n', ['/b']],
  ['a block that leaves her out', 'AuthorizedKeysFile /a\nMatch User *,!alice\nAuthorizedKeysFile /b\n', ['/a']],
  ['a block of her group', 'Match Group staff\nAuthorizedKeysFile /b\n', ['/b']],
  ['a block of all', 'AuthorizedKeysFile /a\nMatch all\nAuthorizedKeysFile /b\n', ['/b']],
  ['two criteria', 'AuthorizedKeysFile /a\nMatch User alice Group nogroup\nAuthorizedKeysFile /b\n', ['/a']],
  ['a block of an address', 'AuthorizedKeysFile /a\nMatch Address 10.0.0.0/8\nAuthorizedKeysFile /b\n', ['/a']],
])('AuthorizedKeysFile: %s', async (_, text, expected) => {
  expect((await settings({ [main]: text })).keysFiles).toEqual(expected);
});

test('an Include is read in its place, and a Match in it ends with its file', async () => {
  const found = await settings({
    [main]: 'Include sshd_config.d/*.conf\nUsePAM yes\nAuthorizedKeysFile /late\n',
    [dropIn('10')]: 'AuthorizedKeysFile /first\nMatch User bob\nPubkeyAuthentication no\n',
    [dropIn('20')]: 'AllowUsers alice bob\nAllowUsers carol\n',
  });
  expect(found).toMatchObject({
    keysFiles: ['/first'],
    publicKeys: true,
    pam: true,
    allowUsers: ['alice', 'bob', 'carol'],
  });
});

test('an Include in a block holds for those of the block alone', async () => {
  const files = { [main]: 'Match User bob\nInclude sshd_config.d/*\n', [dropIn('10')]: 'PubkeyAuthentication no\n' };
  expect((await settings(files)).publicKeys).toBe(true);
  expect((await settings(files, { name: 'bob', groups: [] })).publicKeys).toBe(false);
});

const others = (count: number, textOf: (index: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`/etc/ssh/d/${index}`, textOf(index)]));
const tenTimes = (text: string) => text.repeat(10);

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['a file includes itself', { [main]: `${tenTimes('Include sshd_config\n')}UsePAM yes\n` }, `${main}: Include`],
  ['a file includes itself by a pattern', { [main]: `${tenTimes('Include ssh*\n')}UsePAM yes\n` }, `${main}: Include`],
  [
    'two files include each other',
    { [main]: `${tenTimes('Include d/0\n')}UsePAM yes\n`, ...others(1, () => tenTimes(`Include ${main} d/*\n`)) },
    '/etc/ssh/d/0: Include',
  ],
  [
    'each of 40 files includes all',
    { [main]: 'UsePAM yes\nInclude d/*\n', ...others(40, () => 'Include d/*\n') },
    '/etc/ssh/d/0: Include',
  ],
  [
    'each of 16 files includes the next ten times',
    { [main]: 'UsePAM yes\nInclude d/0\n', ...others(16, (index) => tenTimes(`Include d/${index + 1}\n`)) },
    `${main}: its Include lines`,
  ],
  [
    'a folder without the file is named very often',
    { [main]: `UsePAM yes\n${'Include d/none\n'.repeat(100_000)}`, ...others(50, () => '') },
    `${main}: its Include lines`,
  ],
  [
    'a large file is included often',
    { [main]: `UsePAM yes\n${'Include d/0\n'.repeat(4000)}`, ...others(1, () => '#\n'.repeat(512 * 1024)) },
    `${main}: its Include lines`,
  ],
])('reading comes to an end, and says where, when %s', async (_, files, warning) => {
  const { system, log } = await machineTree(files);
  expect(await readAsText(system, alice)).toMatchObject({ kind: 'settings', settings: { pam: true } });
  expect(log).toEqual([expect.stringContaining(`warn: ${warning}`)]);
});

test('files are included as deep as sshd does it, and no deeper', async () => {
  const { system, log } = await machineTree({
    [main]: 'Include d/0\n',
    ...others(17, (index) => `Port ${index}\nInclude d/${index + 1}\n`),
  });
  const lines = (await readSshdLines(system)) ?? [];
  expect(lines.map(({ words: [port] }) => Number(port))).toEqual(Array.from({ length: 16 }, (_, index) => index));
  expect(log).toEqual([expect.stringContaining('/etc/ssh/d/15: Include')]);
});

test('one file is included in several blocks', async () => {
  const { system, log } = await machineTree({
    [main]: 'Match User bob\nInclude d/0\nMatch User alice\nInclude d/0 d/0\n',
    ...others(1, () => 'UsePAM yes\n'),
  });
  const lines = (await readSshdLines(system)) ?? [];
  expect(lines.map(({ conditions }) => conditions.flat()[1])).toEqual(['bob', 'alice', 'alice']);
  expect(log).toEqual([]);
});

test('a value that depends on where one comes from is known as such', async () => {
  const { system } = await machineTree({
    [main]: 'Match User a\nUsePAM yes\nMatch Address 10.0.0.0/8 User b\nAuthorizedKeysFile /b\n',
  });
  const lines = (await readSshdLines(system)) ?? [];
  expect([dependsOnPlace('authorizedkeysfile', lines), dependsOnPlace('usepam', lines)]).toEqual([true, false]);
});

test('no file of sshd: there is none', async () => {
  const { system } = await machineTree({ '/etc/passwd': '' });
  expect(await readAsText(system, alice)).toEqual({ kind: 'no-sshd' });
});

test('what sshd -T prints', () => {
  const text =
    'port 22\nport 2222\nusepam yes\npermitrootlogin without-password\nauthorizedkeysfile .ssh/a /etc/keys/%u\nauthorizedkeyscommand none\nallowusers root\nallowusers x@10.0.0.0/8\nauthenticationmethods publickey,password publickey\n';
  expect(parseSshdOutput(text)).toMatchObject({
    ports: [22, 2222],
    pam: true,
    rootLogin: 'keys-only',
    keysFiles: ['.ssh/a', '/etc/keys/%u'],
    keysCommand: null,
    allowUsers: ['root', 'x@10.0.0.0/8'],
    methods: [['publickey', 'password'], ['publickey']],
  });
});
