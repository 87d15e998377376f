import { dlopen } from 'node:ffi';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystemLog } from '../../../../src/core/system/system-log.ts';
import { renderSyslog } from '../../../../src/core/system/log-entry.ts';

/**
 * Run by system-log.test.ts: listens at a socket, logs to it, and prints what arrived as JSON. Of its own as Node
 * warns that the functions it listens with are new, and a warning fails a test.
 */
const [path = '', count = '1'] = process.argv.slice(2);
const { functions: c } = dlopen(null, {
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  bind: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  recv: { arguments: ['i32', 'pointer', 'u64', 'i32'], return: 'i64' },
});
const [AF_UNIX, SOCK_DGRAM, MSG_DONTWAIT] = [1, 2, 0x40];
const descriptor = c.socket(AF_UNIX, SOCK_DGRAM, 0);
const address = Buffer.alloc(110);
address.writeUInt16LE(AF_UNIX);
address.write(path, 2);
if (path !== '' && c.bind(descriptor, address, address.length) !== 0) throw new Error('cannot listen');

const places = [
  { socket: '/nonexistent', render: renderSyslog as never },
  {
    socket: path || '/nonexistent',
    render: (level: string, name: string, said: string) => `${level} ${name} ${said}`,
  },
];
const journal = openJournal('info', { log: openSystemLog('gandi', places), stage: 'config' });
for (let line = 1; line <= Number(count); line++) journal.info(`line ${line}`);
journal.debug('not asked for');

const arrived: string[] = [];
const buffer = Buffer.alloc(65536);
for (;;) {
  const length = Number(c.recv(descriptor, buffer, BigInt(buffer.length), MSG_DONTWAIT));
  if (path === '' || length < 0) break;
  arrived.push(buffer.toString('utf8', 0, length));
}
process.stdout.write(JSON.stringify(arrived));
