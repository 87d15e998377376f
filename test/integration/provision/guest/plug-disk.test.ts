import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test as plainTest } from 'vitest';
import { plugDisk } from '../../../../src/provision/guest/plug-disk.ts';
import { Qmp } from '../../../../src/provision/guest/qmp.ts';
import { askGuest } from '../../../../src/provision/guest/unplug-disk.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';

const test = plainTest.extend('qemu', async ({ skip }) => {
  const { exitCode } = await execa('which', ['qemu-system-x86_64'], { reject: false });
  if (exitCode !== 0) skip('qemu-system-x86_64 is not installed');
});

/** A QEMU whose guest never runs, and a socket in the place of its port, at which this test says what a guest would. */
async function stoppedMachine(says: (socket: Socket) => void) {
  const folder = await mkdtemp(join(tmpdir(), 'plug-disk-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [control, told, image] = ['qmp.sock', 'told.sock', 'disk.img'].map((name) => join(folder, name));
  if (control === undefined || told === undefined || image === undefined) throw new Error('no names');
  await writeFile(image, Buffer.alloc(1024 * 1024));
  const machine = ['-machine', 'q35', '-nodefaults', '-display', 'none', '-S', '-accel', 'tcg'];
  const devices = ['-device', 'virtio-scsi-pci', '-device', 'virtio-serial-pci'];
  const child = spawn('setpriv', [
    ...['--pdeathsig', 'SIGKILL', 'qemu-system-x86_64', ...machine, ...devices],
    ...['-qmp', `unix:${control},server=on,wait=off`],
  ]);
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const server = createServer(says).listen(told);
  onTestFinished(() => void server.close());
  const qmp = await Qmp.connect(control, AbortSignal.timeout(30_000));
  onTestFinished(() => qmp.close());
  const disk = { image, format: 'raw', serial: 'vol-1', bus: 'scsi' } as const;
  return { folder, control, told, qmp, disk };
}

const record = {
  version: 1,
  sequence: 1,
  event: 'attached',
  serial: 'vol-1',
  device: '/dev/sda',
  path: '/srv/data',
  bytes: 1,
  reason: null,
  seconds: 1,
};

const lines = (...records: readonly unknown[]) => records.map((each) => `${JSON.stringify(each)}\n`).join('');

async function blockNodes(qmp: Qmp): Promise<string[]> {
  const nodes = (await qmp.execute('query-named-block-nodes')) as Array<{ 'node-name': string }>;
  return nodes.map((node) => node['node-name']).filter((name) => name.startsWith('g-'));
}

async function codeOf(act: Promise<unknown>): Promise<string | undefined> {
  return act.then(
    () => undefined,
    (error: unknown) => (error instanceof AgentError ? error.code : String(error)),
  );
}

test('a disk is plugged in, and it is said where the guest mounted it', async () => {
  const others = [{ ...record, serial: 'vol-2' }, { ...record, event: 'detached' }, 'no record', record];
  const { qmp, told, disk } = await stoppedMachine((socket) => void socket.write(`rubbish\n\n${lines(...others)}`));
  expect(await plugDisk(qmp, told, disk, 30)).toEqual(record);
  expect(await blockNodes(qmp)).toEqual(['g-vol-1']);
});

test('a disk that the guest leaves alone is an error that says why', async () => {
  const { qmp, told, disk } = await stoppedMachine(
    (socket) => void socket.write(lines({ ...record, event: 'refused', reason: 'blank', path: null })),
  );
  await expect(plugDisk(qmp, told, disk, 30)).rejects.toThrow('blank');
});

test('a guest that says nothing is not waited for without end', async () => {
  const { qmp, told, disk } = await stoppedMachine(() => undefined);
  expect(await codeOf(plugDisk(qmp, told, disk, 1))).toBe('guest.silent');
});

test('a guest that writes without end fills no memory, and is taken for one that says nothing', async () => {
  let written = 0;
  const flood = (socket: Socket) => {
    const piece = 'x'.repeat(1024 * 1024);
    const more = () => void socket.write(piece, () => (written++ < 200 && !socket.destroyed ? more() : undefined));
    socket.on('error', () => undefined);
    more();
  };
  const { qmp, told, disk } = await stoppedMachine(flood);
  expect(await codeOf(plugDisk(qmp, told, disk, 1))).toBe('guest.silent');
  expect(written).toBeLessThan(50);
});

test('what QEMU refuses leaves nothing behind', async () => {
  const { qmp, told, disk } = await stoppedMachine(() => undefined);
  expect(await codeOf(plugDisk(qmp, told, { ...disk, place: 'no-such-bus' }, 1))).toBe('qmp.refused');
  expect(await blockNodes(qmp)).toEqual([]);
});

test('of a second connection to QEMU it is said that nobody answers', async () => {
  const { control } = await stoppedMachine(() => undefined);
  expect(await codeOf(Qmp.connect(control, AbortSignal.timeout(1000)))).toBe('qmp.no-answer');
});

test('a question that is not answered leaves neither port nor socket', async () => {
  const { qmp, folder } = await stoppedMachine(() => undefined);
  expect(await codeOf(askGuest(qmp, folder, { ask: 'status' }, 1))).toBe('guest.silent');
  const left = (await qmp.execute('query-chardev')) as Array<{ label: string }>;
  expect(left.filter(({ label }) => label.startsWith('ask-'))).toEqual([]);
  expect(await codeOf(askGuest(qmp, folder, { ask: 'status' }, 1))).toBe('guest.silent');
});
