import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { collect } from '../../../../src/agent/collect/collect.ts';
import { ownJournalLines } from '../../../../src/agent/collect/journal-lines.ts';
import { redact } from '../../../../src/agent/collect/redact.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const hash = '$6$canary$KZZ1VXNiry9NvEALOo0aNo5GFN8fC7mrADyzeVVlciJksZlT2AEBVdN9jmwCmX8JqsSawc4XPnai149FhvfTP1';
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKE/Ya7GirSOaJeN1IWQLe/Z0Lnzofg0wrr5gIwcZWqA canary@laptop';
const run = 'mysql -pcanary-of-run "select 1"';

async function membersOf(archive: Uint8Array): Promise<Map<string, string>> {
  const members = new Map<string, string>();
  const stream = extract();
  stream.end(gunzipSync(archive));
  for await (const entry of stream) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    members.set(entry.header.name.replace('gandi-collect/', ''), Buffer.concat(chunks).toString());
  }
  return members;
}

test('what support needs is in it, and no secret is', async () => {
  const vmConf = { user: 'admin', password: hash, ssh_key: key, run, script_args: '--token canary-of-args' };
  const { system } = await machineTree({
    '/gandi/config': JSON.stringify({ vm_hostname: 'web1', vm_conf: vmConf }),
    '/gandi/script': 'canary-of-script',
    '/var/log/gandi/postboot.log': 'canary-of-log',
    '/etc/shadow': `root:${hash}:1::::::\n`,
    '/etc/default/gandi': 'CONFIG_CRON=0\n',
    '/etc/fstab': '//nas/share /srv/nas cifs username=me,password=canary-of-fstab 0 0\n',
    '/proc/self/mountinfo': '',
    '/var/lib/gandi/applied.json': `{"note": ${JSON.stringify(run)}, "hash": "${hash}"}`,
  });
  const members = await membersOf((await collect(system)).archive);
  expect([...members.keys()]).toEqual(
    expect.arrayContaining(['version', 'status.json', 'timeline.json', 'doctor.json', 'files/etc/default/gandi']),
  );
  expect(members.get('files/gandi/config')).toContain('web1');
  expect(members.get('doctor.json')).toContain('CONFIG_CRON=0');
  expect([...members.values()].join('\n').toLowerCase()).not.toContain('canary');
});

test('a configuration that cannot be parsed is left out as a whole', async () => {
  const { system } = await machineTree({ '/gandi/config': '{"vm_conf": {"password": "canary' });
  expect((await membersOf((await collect(system)).archive)).get('files/gandi/config')).toBe('[redacted]');
});

test.each([
  ['a hash of shadow', `root:${hash}:19000:0`],
  ['a hash of another form', '$y$j9T$canarycanary$canary'],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n-----END OPENSSH PRIVATE KEY-----'],
  ['a private key that is cut off', '-----BEGIN RSA PRIVATE KEY-----\ncanary'],
  ['a password by its name', 'username=me,password=canary,vers=3'],
  ['a token in JSON', '{"token": "canary"}'],
])('%s is redacted', (_, text) => {
  expect(redact(text, [])).not.toMatch(/canary/i);
});

test('a known secret is found as it is, in JSON, and by each of its lines', () => {
  const secret = 'first "line" canary\nsecond canary';
  for (const text of [secret, JSON.stringify({ run: secret }), 'said second canary there']) {
    expect(redact(text, [secret])).not.toContain('second canary');
  }
});

test('what is not a secret stays', () => {
  const text = 'CONFIG_MOTD=1\nUUID=11111111-2222 / ext4 defaults 0 1\nset password of root\n';
  expect(redact(text, ['', 'abc'])).toBe(text);
});

describe('of the journal', () => {
  const entry = (changes: object) =>
    JSON.stringify({
      __MONOTONIC_TIMESTAMP: '12345678',
      GANDI_SPEAKER: 'agent',
      SYSLOG_IDENTIFIER: 'gandi',
      _PID: '7',
      MESSAGE: 'a: done',
      ...changes,
    });
  const leftOut = "1 entries that are not the agent's own words are left out\n";

  test("the agent's own words leave the machine, whatever words they are", () => {
    const text = `${entry({})}\n${entry({ MESSAGE: 'the manual says: read it' })}\n`;
    expect(ownJournalLines(text)).toBe(
      '[12.345678] gandi[7]: a: done\n[12.345678] gandi[7]: the manual says: read it\n',
    );
  });

  test('a message that is not an UTF-8 is read by its bytes', () => {
    expect(ownJournalLines(entry({ MESSAGE: [111, 107, 255] }))).toBe('[12.345678] gandi[7]: ok\uFFFD\n');
  });

  test.each([
    ['what a program said', entry({ GANDI_SPEAKER: 'program', MESSAGE: 'script says: canary' })],
    ['an entry without the field that names its speaker', entry({ GANDI_SPEAKER: undefined, MESSAGE: 'canary' })],
    ['what has two of them', entry({ GANDI_SPEAKER: ['agent', 'program'], MESSAGE: 'canary' })],
    ['what is not an entry', 'canary'],
  ])('%s stays', (_, text) => {
    expect(ownJournalLines(text)).toBe(leftOut);
  });
});
