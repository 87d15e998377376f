/**
 * As much of D-Bus as one question about a unit needs: messages in little endian, as
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol lays them out.
 */

const manager = 'org.freedesktop.systemd1';
const [methodCall, methodReturn, errorReply] = [1, 2, 3] as const;
/** Codes of header fields, with the type that each has. */
const fieldTypes = { path: [1, 'o'], interface: [2, 's'], member: [3, 's'], destination: [6, 's'] } as const;
const signatureField = 8;
const fixedHeader = 16;

/** A call of org.freedesktop.DBus.Properties.Get for the ActiveState of a unit (org.freedesktop.systemd1(5)). */
export function renderGetActiveState(unit: string): Uint8Array {
  const body = Buffer.concat([padded(text(`${manager}.Unit`), 4), text('ActiveState')]);
  const fields = Buffer.concat([
    ...[
      field('path', `/org/freedesktop/systemd1/unit/${escapeLabel(unit)}`),
      field('interface', 'org.freedesktop.DBus.Properties'),
      field('member', 'Get'),
      field('destination', manager),
    ].map((each) => padded(each, 8)),
    Buffer.from([signatureField, 1, ...Buffer.from('g\0'), 2, ...Buffer.from('ss\0')]),
  ]);
  const [noFlags, version, serial] = [0, 1, 1];
  const start = Buffer.of('l'.charCodeAt(0), methodCall, noFlags, version);
  const numbers = [body.length, serial, fields.length].map(number);
  return Buffer.concat([start, ...numbers, padded(fields, 8), body]);
}

/** As systemd names the object of a unit: every byte but letters, and digits behind the first, as `_` and its hex. */
export function escapeLabel(name: string): string {
  const escaped = (byte: number, index: number) => {
    const character = String.fromCharCode(byte);
    const isPlain = index === 0 ? /[A-Za-z]/.test(character) : /[A-Za-z0-9]/.test(character);
    return isPlain ? character : `_${byte.toString(16).padStart(2, '0')}`;
  };
  return [...Buffer.from(name)].map(escaped).join('');
}

/**
 * The text in the first answer among the messages received so far. systemd tells of what is new on the machine without
 * being asked, so other messages may come before.
 * @returns undefined while it is not there; null for an error, or an answer that is no text
 */
export function findReply(received: Buffer): string | null | undefined {
  let message = received;
  while (message.length >= fixedHeader) {
    if (message[0] !== 'l'.charCodeAt(0)) return null;
    const body = roundedUp(fixedHeader + message.readUInt32LE(12), 8);
    const end = body + message.readUInt32LE(4);
    if (end > message.length) return undefined;
    if (message[1] === errorReply) return null;
    if (message[1] === methodReturn) return readText(message.subarray(body, end));
    message = message.subarray(end);
  }
  return undefined;
}

/** A variant: its signature `s`, then the string. */
function readText(body: Buffer): string | null {
  if (body.length < 8 || body.toString('latin1', 0, 3) !== '\x01s\0') return null;
  return body.toString('utf8', 8, 8 + body.readUInt32LE(4));
}

/** A code and a variant. */
function field(name: keyof typeof fieldTypes, value: string): Buffer {
  const [code, type] = fieldTypes[name];
  return Buffer.concat([Buffer.of(code, 1), Buffer.from(`${type}\0`), text(value)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(`${value}\0`);
  return Buffer.concat([number(bytes.length - 1), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function padded(bytes: Buffer, size: number): Buffer {
  return Buffer.concat([bytes], roundedUp(bytes.length, size));
}

function roundedUp(length: number, size: number): number {
  return Math.ceil(length / size) * size;
}
