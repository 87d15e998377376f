import { Buffer } from 'node:buffer';
import type { PartReader } from './part-reader.ts';

// ssh-keygen(1) and sshd(8), AUTHORIZED_KEYS FILE FORMAT. `ssh-dss` is left out: no OpenSSH since 7.0 takes it.
const types: readonly string[] = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

/** The lines of an `ssh_key` value that hold a key; blank lines and comments are left out, as sshd does. */
export function sshKeyLines(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
}

/**
 * The keys of a text that can be used. Each key stands alone, as sshd(8) passes over a line that it cannot use: one that is
 * bad is a warning beside good ones, and a mistake where no other is left.
 */
export function takeSshKeys(text: string, path: readonly PropertyKey[], reader: PartReader): string[] {
  const lines = sshKeyLines(text);
  const found = lines.map((line, index) => ({ line, number: index + 1, mistake: sshKeyMistake(line) }));
  const good = found.filter(({ mistake }) => mistake === undefined).map(({ line }) => line);
  for (const { number, mistake } of found) {
    if (mistake === undefined) continue;
    if (good.length === 0) reader.mistake(path, `key ${number} ${mistake}`);
    else reader.warn(path, `key ${number} is left out: it ${mistake}`);
  }
  return good;
}

/**
 * Why a line cannot go into authorized_keys; undefined if it can. The key itself is decoded (RFC 4253, 6.6), so that
 * a key which was cut off in a form is told now and not by a login that fails.
 */
export function sshKeyMistake(line: string): string | undefined {
  if (line.includes('PRIVATE KEY')) return 'is a private key; give the public one, of the file that ends in .pub';
  const [type = '', body = ''] = line.split(/[ \t]+/);
  if (!types.includes(type))
    return `does not start with a key type (${types.slice(0, 3).join(', ')}, …); options are not taken`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line)) return 'has control characters in it';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return 'has no base64 after its type';
  return blobMistake(type, Buffer.from(body, 'base64'));
}

function blobMistake(type: string, blob: Buffer): string | undefined {
  const fields = readStrings(blob);
  if (fields === undefined || fields.length < 2) return 'is cut off or damaged';
  if (fields[0]?.toString('latin1') !== type) return 'is of another type than it says';
  if (type === 'ssh-ed25519' && fields[1]?.length !== 32) return 'is cut off or damaged';
  return undefined;
}

/** The `string` fields of RFC 4251, 5, that a blob is made of; undefined if they do not end where it ends. */
function readStrings(blob: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = [];
  let offset = 0;
  while (offset < blob.length) {
    if (offset + 4 > blob.length) return undefined;
    const end = offset + 4 + blob.readUInt32BE(offset);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(offset + 4, end));
    offset = end;
  }
  return fields;
}
