import { loadFunctions } from './c-library.ts';

/** Sends one datagram to a socket of this machine. @returns whether it was taken; it never waits for the reader */
export type SendDatagram = (data: Uint8Array) => boolean;

// socket(2), unix(7), send(2), of Linux on every architecture that Node is built for.
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
// struct sockaddr_un: two bytes of family, then 108 bytes of path.
const maximalPath = 108;

const functions = {
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  connect: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  send: { arguments: ['i32', 'pointer', 'u64', 'i32'], return: 'i64' },
} as const;

let loaded: ReturnType<typeof loadFunctions<typeof functions>>;

/**
 * Connects to a datagram socket in the file system, as /dev/log is one. Node itself has only those of the network, so
 * three functions of the C library are called.
 * @returns undefined where nobody listens, and on a Node that cannot call them
 */
export function connectDatagram(path: string): SendDatagram | undefined {
  loaded ??= loadFunctions(functions);
  const c = loaded;
  if (c === undefined || Buffer.byteLength(path) >= maximalPath) return undefined;
  const descriptor = c.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const address = Buffer.alloc(2 + maximalPath);
  address.writeUInt16LE(AF_UNIX);
  address.write(path, 2);
  if (descriptor < 0 || c.connect(descriptor, address, address.length) !== 0) return undefined;
  return (data) => Number(c.send(descriptor, data, BigInt(data.length), MSG_DONTWAIT | MSG_NOSIGNAL)) === data.length;
}
