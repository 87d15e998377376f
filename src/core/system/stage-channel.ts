import { Socket } from 'node:net';

/** A descriptor on which the program that started this one speaks, and which closes when that program is gone. */
export interface StageChannel {
  /** The first line that comes; undefined if the other side has gone without one. */
  readonly firstLine: Promise<string | undefined>;
  readonly closed: Promise<void>;
  /** Says a line to the other side, unless that is gone. */
  say(line: string): void;
}

export function openStageChannel(descriptor: number): StageChannel {
  const socket = new Socket({ fd: descriptor, readable: true, writable: true });
  const pieces: Buffer[] = [];
  const closed = new Promise<void>((resolve) => {
    socket.once('end', resolve).once('error', () => resolve());
  });
  const firstLine = new Promise<string | undefined>((resolve) => {
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      if (piece.includes(10)) resolve(Buffer.concat(pieces).toString().split('\n', 1)[0]);
    });
    closed.then(() => resolve(undefined));
  });
  // From then on, listening to the other side does not keep the process alive.
  firstLine.then(() => socket.unref());
  return { firstLine, closed, say: (line) => void socket.write(`${line}\n`) };
}
