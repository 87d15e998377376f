import { expect, test } from 'vitest';
import { sshKeyLines, sshKeyMistake } from '../../../../src/agent/machine-config/ssh-key.ts';

/** The base64 of a public key blob: strings with their lengths before them (RFC 4251, 5). */
function blob(...fields: (string | Uint8Array)[]): string {
  const parts = fields.flatMap((field) => {
    const bytes = Buffer.from(field);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(parts).toString('base64');
}

const ed25519 = blob('ssh-ed25519', Buffer.alloc(32, 7));
const rsa = blob('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.alloc(257, 3));

test.each([
  `ssh-ed25519 ${ed25519}`,
  `ssh-ed25519 ${ed25519} me@here, laptop`,
  `ssh-rsa ${rsa} me`,
  `ecdsa-sha2-nistp256 ${blob('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(65, 4))}`,
  `sk-ssh-ed25519@openssh.com ${blob('sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 7), 'ssh:')}`,
])('%s is taken', (line) => expect(sshKeyMistake(line)).toBeUndefined());

test.each([
  ['options', `command="id" ssh-ed25519 ${ed25519}`, /options/],
  ['another type', `ssh-dss ${ed25519}`, /does not start/],
  ['a type that is not the key’s', `ssh-rsa ${ed25519}`, /another type/],
  ['a key that is cut off', `ssh-rsa ${rsa.slice(0, 100)}`, /cut off/],
  ['an ed25519 key that is too short', `ssh-ed25519 ${blob('ssh-ed25519', Buffer.alloc(31))}`, /cut off/],
  ['no key', 'ssh-ed25519', /no base64/],
  ['a key that is not base64', 'ssh-ed25519 AAAA!', /no base64/],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', /private key/],
  ['a control character', `ssh-ed25519 ${ed25519} a\u001bb`, /control/],
])('%s is refused', (_, line, mistake) => expect(sshKeyMistake(line)).toMatch(mistake));

test('several lines are several keys, blanks, comments and doubles left out', () => {
  expect(sshKeyLines(' a \r\n\n# note\nb\na')).toEqual(['a', 'b']);
});
