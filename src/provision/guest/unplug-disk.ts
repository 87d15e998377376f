import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { renderHostLine } from '../../core/host-port/host-record.ts';
import { portNames } from '../../core/host-port/port-names.ts';
import { parseLine } from './parse-line.ts';
import { removeBlockDevice, removeDevice } from './guest-devices.ts';
import { openGuestLines } from './guest-lines.ts';
import { nodeNameOf } from './plug-disk.ts';
import type { Qmp } from './qmp.ts';

/** What is read of an answer; schema/host-answer.schema.json has all of it. */
const answerSchema = z.object({
  version: z.literal(1),
  id: z.string().nullable(),
  result: z.enum(['done', 'refused', 'failed']),
  code: z.string().nullable(),
  message: z.string().nullable(),
  users: z.array(z.string()),
});

export type GuestAnswer = z.infer<typeof answerSchema>;

const secondsToLetGo = 90;

/**
 * Has the guest detach a disk, and takes it out of the machine only once the guest has let go of it.
 * @param socket of QEMU's control connection: in its folder QEMU makes the socket of the port that asks
 * @throws AgentError `guest.busy` naming the programs, `guest.refused`, `guest.silent`, `qmp.*`: the disk stays where it is
 */
export async function unplugDisk(qmp: Qmp, socket: string, serial: string, seconds: number): Promise<void> {
  const answer = await askGuest(qmp, dirname(socket), { ask: 'detach', serial }, seconds);
  if (answer.result !== 'done') throw kept(serial, answer);
  const node = nodeNameOf(serial);
  await removeBlockDevice(qmp, node, node, secondsToLetGo);
}

/**
 * Asks the guest one thing: plugs a port, and takes it away again.
 * @param folder where QEMU can make a socket and this program can open it
 * @throws AgentError `guest.silent`, `qmp.*`
 */
export async function askGuest(
  qmp: Qmp,
  folder: string,
  request: Readonly<Record<string, unknown>>,
  seconds: number,
): Promise<GuestAnswer> {
  const id = randomUUID();
  const name = `ask-${id.slice(0, 8)}`;
  const path = join(folder, `${name}.sock`);
  const address = { type: 'unix', data: { path } };
  await qmp.execute('chardev-add', {
    id: name,
    backend: { type: 'socket', data: { addr: address, server: true, wait: false } },
  });
  try {
    const lines = await openGuestLines(path);
    try {
      await qmp.execute('device_add', { driver: 'virtserialport', id: name, chardev: name, name: portNames.asked });
      lines.say(renderHostLine({ version: 1, id, ...request }).trimEnd());
      return await lines.first((line) => answerTo(id, line), seconds);
    } finally {
      lines.close();
      await removeDevice(qmp, name, secondsToLetGo);
    }
  } finally {
    await qmp.execute('chardev-remove', { id: name });
  }
}

function answerTo(id: string, line: string): GuestAnswer | undefined {
  const answer = parseLine(answerSchema, line);
  return answer?.id === id ? answer : undefined;
}

function kept(serial: string, { code, message, users }: GuestAnswer): AgentError {
  const isBusy = code === 'disk.busy';
  return new AgentError(
    isBusy ? `the guest uses the disk: ${users.join(', ')}` : `the guest keeps the disk: ${message}`,
    {
      code: isBusy ? 'guest.busy' : 'guest.refused',
      subject: serial,
      remedy: 'end what uses it in the guest, and ask again',
      exitCode: ExitCode.refusedToProtectData,
    },
  );
}
