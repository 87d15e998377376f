import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { observeListening } from '../../../../src/agent/network/listening.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

test('sockets that listen, as the kernel shows them; connections are left out', async () => {
  const system = await fakeMachine({
    '/proc/net/tcp': `${head}   0: 00000000:0016 00000000:0000 0A 0\n   1: 0A0200C0:08AE 00000000:0000 0A 0\n   2: 0100007F:0019 00000000:0000 0A 0\n   3: 0A0200C0:0016 0B0200C0:D431 01 0\n`,
    '/proc/net/tcp6': `${head}   0: 00000000000000000000000000000000:0016 0:0000 0A 0\n   1: B80D0120000000000000000010000000:0016 0:0000 0A 0\n   2: 00000000000000000000000001000000:0019 0:0000 0A 0\n`,
  });
  expect(await observeListening(system)).toEqual([
    { family: 'ipv4', address: null, port: 22, isLoopback: false },
    { family: 'ipv4', address: '192.0.2.10', port: 2222, isLoopback: false },
    { family: 'ipv4', address: '127.0.0.1', port: 25, isLoopback: true },
    { family: 'ipv6', address: null, port: 22, isLoopback: false },
    { family: 'ipv6', address: '2001:db8::10', port: 22, isLoopback: false },
    { family: 'ipv6', address: '::1', port: 25, isLoopback: true },
  ]);
});

test('a real one of this machine is seen', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const found = await observeListening(openSystem('/', openJournal('error')));
  server.close();
  expect(found).toContainEqual({ family: 'ipv4', address: '127.0.0.1', port, isLoopback: true });
});
