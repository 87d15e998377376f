import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { findReply, renderGetActiveState } from './dbus-message.ts';

// Where systemd answers root without a bus daemon between; systemctl(1) itself asks there.
const managerSocket = '/run/systemd/private';

const timeoutMilliseconds = 5000;
const maximalReply = 1024 * 1024;

/**
 * Asks systemd for the ActiveState of a unit: `active`, `activating`, `inactive` and so on. A systemctl(1) takes 0.4 s
 * in an emulated guest, for which the address of a new NIC would wait.
 * @returns undefined where nobody answers in this way; systemctl may know more then
 */
export async function askActiveState(unit: string, path = managerSocket): Promise<string | undefined> {
  const socket = createConnection(path);
  const timer = setTimeout(() => socket.destroy(new Error('no answer')), timeoutMilliseconds);
  try {
    await once(socket, 'connect');
    return await converse(socket, unit);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** The kernel tells systemd who we are; `30` is the user 0, each digit in hex. */
async function converse(socket: Socket, unit: string): Promise<string | undefined> {
  socket.write('\0AUTH EXTERNAL 30\r\n');
  let received = Buffer.alloc(0);
  let isAccepted = false;
  for await (const piece of socket) {
    received = Buffer.concat([received, piece as Buffer]);
    if (received.length > maximalReply) return undefined;
    if (!isAccepted) {
      const end = received.indexOf('\r\n');
      if (end < 0) continue;
      if (!received.toString('latin1').startsWith('OK ')) return undefined;
      isAccepted = true;
      received = received.subarray(end + 2);
      // Twice: systemd 252 reads up to 256 bytes at once while it checks who asks, and of a question that is in them whole it
      // takes no notice before more bytes come (seen with network.target; the next bytes brought the answer).
      const question = renderGetActiveState(unit);
      socket.write(Buffer.concat([Buffer.from('BEGIN\r\n'), question, question]));
    }
    const reply = findReply(received);
    if (reply !== undefined) return reply ?? undefined;
  }
  return undefined;
}
