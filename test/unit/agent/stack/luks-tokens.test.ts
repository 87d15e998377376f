import { execFileSync } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseTokens, tokensReport } from '../../../../src/agent/stack/luks-tokens.ts';

const header = (tokens: Readonly<Record<string, object>>) => JSON.stringify({ keyslots: {}, tokens, config: {} });

test.each([
  ['none', header({}), []],
  ['one of the TPM', header({ 0: { type: 'systemd-tpm2', keyslots: ['1'], 'tpm2-pcrs': [7] } }), [0]],
  ['one of the TPM with a PIN, which a person has', header({ 0: { type: 'systemd-tpm2', 'tpm2-pin': true } }), []],
  [
    'a FIDO2 key, which waits for a touch, beside the TPM',
    header({ 0: { type: 'systemd-fido2' }, 3: { type: 'systemd-tpm2' } }),
    [3],
  ],
  ['those of another header, which is not JSON', 'LUKS header information\nVersion: 1\n', []],
  ['those of a header that somebody wrote', '{"tokens":{"0":{"type":7}}}', []],
  ['those of nothing', '', []],
])('tokens that open a container without a person: %s', (_, text, tokens) => {
  expect(parseTokens(text)).toEqual(tokens);
});

test('cryptsetup says which tokens a container has', async ({ skip }) => {
  try {
    execFileSync('cryptsetup', ['--version']);
  } catch {
    return skip('cryptsetup is not installed');
  }
  await using folder = await mkdtempDisposable(join(tmpdir(), 'luks-tokens-'));
  const [image, key, token] = ['disk', 'key', 'token'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(image, Buffer.alloc(32 * 2 ** 20));
  await writeFile(key, 'key');
  await writeFile(
    token,
    JSON.stringify({
      type: 'systemd-tpm2',
      keyslots: ['0'],
      'tpm2-blob': 'AAAA',
      'tpm2-pcrs': [7],
      'tpm2-policy-hash': '00',
    }),
  );
  const cheap = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
  execFileSync('cryptsetup', ['luksFormat', '--batch-mode', '--type', 'luks2', ...cheap, '--key-file', key, image]);
  const asked = () => execFileSync('cryptsetup', tokensReport(image), { encoding: 'utf8' });
  expect(parseTokens(asked())).toEqual([]);
  execFileSync('cryptsetup', ['token', 'import', '--json-file', token, image]);
  expect(parseTokens(asked())).toEqual([0]);
});
