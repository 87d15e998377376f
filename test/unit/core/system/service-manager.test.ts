import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askActiveState } from '../../../../src/core/system/service-manager.ts';

const answer = Buffer.from(
  'l\x02\0\x01\x0f\0\0\0\x07\0\0\0\x08\0\0\0\x05\x01u\0\x01\0\0\0\x01s\0\0\x06\0\0\0active\0',
  'latin1',
);

/** Something that listens where systemd would. @returns the path of its socket */
async function listener(onConnection: (socket: Socket) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'service-manager-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const server = createServer(onConnection).listen(join(folder, 'private'));
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return join(folder, 'private');
}

test('the state of a unit is asked for once systemd has taken us for root', async () => {
  const heard: string[] = [];
  const path = await listener((socket) =>
    socket.on('data', (piece) => {
      heard.push(piece.toString('latin1'));
      if (heard.length === 1) return void socket.write('OK 0123456789abcdef\r\n');
      // In two pieces, as a socket may hand them on.
      socket.write(answer.subarray(0, 20), () => socket.write(answer.subarray(20)));
    }),
  );
  expect(await askActiveState('ssh.service', path)).toBe('active');
  expect(heard[0]).toBe('\0AUTH EXTERNAL 30\r\n');
  expect(heard[1]).toMatch(/^BEGIN\r\nl.*ssh_2eservice.*ActiveState\0$/s);
});

test('systemd is asked even where a short question is in what it reads at once and takes no notice of', async () => {
  const taken = 256;
  const path = await listener((socket) => {
    let heard = 0;
    socket.on('data', (piece) => {
      if (heard === 0) socket.write('OK 0123456789abcdef\r\n');
      heard += piece.length;
      if (heard > taken) socket.write(answer);
    });
  });
  expect(await askActiveState('network.target', path)).toBe('active');
});

test.each([
  ['who does not take us for root', (socket: Socket) => void socket.end('REJECTED EXTERNAL\r\n')],
  ['who hangs up', (socket: Socket) => void socket.destroy()],
])('%s tells nothing', async (_, onConnection) => {
  expect(await askActiveState('ssh.service', await listener(onConnection))).toBeUndefined();
});

test('without systemd there is nobody to ask', async () => {
  expect(await askActiveState('ssh.service', '/nonexistent/private')).toBeUndefined();
});
