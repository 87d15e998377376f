import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { errorCode } from '../../core/error/error-code.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { portNames } from '../../core/host-port/port-names.ts';
import type { Clock } from '../../core/system/clock.ts';
import type { System } from '../../core/system/system.ts';

/** The port on which the platform is told; udev makes the link (50-udev-default.rules). */
export const toldPort = `/dev/virtio-ports/${portNames.told}`;

// The kernel queues 128 buffers for a host that reads slowly. One that does not read at all may not hold up disks.
const mostAttempts = 20;
const pauseSeconds = 0.05;

/** Ports whose host read nothing the last time that it was waited for: it is not waited for again until it has read. */
const unread = new Set<string>();

/** Whether the platform gave this machine the port. */
export async function hasPort({ files }: Pick<System, 'files'>): Promise<boolean> {
  return (await files.status(toldPort)) !== undefined;
}

/** The guest's end of a port that is open. */
export interface PortEnd {
  /** What the host wrote; `closed` while the host is not connected, `quiet` while it is and says nothing. */
  read(): Promise<Uint8Array | 'closed' | 'quiet'>;
  /** Hands a text over as a whole. @throws the error of write(2), once the host has taken nothing for a while */
  write(text: string): Promise<void>;
}

/**
 * Hands one line over without ever blocking: a port whose host is not connected answers EAGAIN at once, as does one whose host is
 * and reads nothing (tried on Linux 6.1). A line goes as a whole or not at all: the driver takes up to 32 KiB in one piece.
 * @throws AgentError `host-port.not-taken`
 */
export async function writeToPort(system: System, path: string, line: string): Promise<void> {
  try {
    await withPort(system, path, (port) => port.write(line));
  } catch (cause) {
    throw new AgentError('the host does not take what it is told', {
      code: 'host-port.not-taken',
      subject: path,
      remedy: 'have a program of the platform read this port, or set CONFIG_HOST_PORT=0',
      cause,
    });
  }
}

/** Opens a port for as long as `act` takes. No other process can open it meanwhile. @throws the error of open(2) */
export async function withPort(
  { files, clock }: Pick<System, 'files' | 'clock'>,
  path: string,
  act: (port: PortEnd) => Promise<void>,
): Promise<void> {
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;
  await using handle = await files.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  await act({ read: () => read(handle), write: (text) => write(handle, path, Buffer.from(text), clock) });
}

async function write(port: FileHandle, path: string, bytes: Buffer, clock: Pick<Clock, 'sleep'>): Promise<void> {
  let rest = bytes;
  for (let attempt = 1; rest.length > 0; ) {
    try {
      rest = rest.subarray((await port.write(rest)).bytesWritten);
      attempt = 1;
      unread.delete(path);
    } catch (error) {
      if (!isNothingNow(error) || unread.has(path) || (await read(port)) === 'closed') throw error;
      if (attempt === mostAttempts) {
        unread.add(path);
        throw error;
      }
      attempt += 1;
      await clock.sleep(pauseSeconds);
    }
  }
}

/**
 * read(2) of a port is 0 while the host is not connected, EAGAIN while it is and says nothing, and ENODEV once the port is unplugged
 * (tried on Linux 6.1).
 */
async function read(port: FileHandle): Promise<Uint8Array | 'closed' | 'quiet'> {
  try {
    const { buffer, bytesRead } = await port.read(Buffer.alloc(4096));
    return bytesRead === 0 ? 'closed' : buffer.subarray(0, bytesRead);
  } catch (error) {
    if (isNothingNow(error)) return 'quiet';
    if (errorCode(error) === 'ENODEV') return 'closed';
    throw error;
  }
}

function isNothingNow(error: unknown): boolean {
  return errorCode(error) === 'EAGAIN';
}
