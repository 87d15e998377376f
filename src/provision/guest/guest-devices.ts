import type { Qmp } from './qmp.ts';

type Options = Readonly<Record<string, unknown>>;

/** A block device of a guest, as QEMU's commands take it. */
export interface GuestBlockDevice {
  /** Arguments of `blockdev-add`, with its `node-name`. */
  readonly backend: Options & { readonly 'node-name': string };
  /** Arguments of `device_add`, with its `id`; the backend is its drive. */
  readonly frontend: Options & { readonly id: string };
}

/** Plugs a disk into a guest, running or not yet started. Where the guest cannot have it, nothing of it stays. @throws AgentError `qmp.*` */
export async function addBlockDevice(qmp: Qmp, { backend, frontend }: GuestBlockDevice): Promise<void> {
  const node = backend['node-name'];
  await qmp.execute('blockdev-add', backend);
  await qmp.execute('device_add', { ...frontend, drive: node }).catch(async (error) => {
    await qmp.execute('blockdev-del', { 'node-name': node });
    throw error;
  });
}

/** Takes a disk out of a guest; returns once the guest has let go of it. @throws AgentError `qmp.*`: the disk stays where it is */
export async function removeBlockDevice(qmp: Qmp, id: string, node: string, seconds: number): Promise<void> {
  await removeDevice(qmp, id, seconds);
  await qmp.execute('blockdev-del', { 'node-name': node });
}

/** Takes any device out of a guest; returns once the guest has let go of it. @throws AgentError `qmp.*` */
export async function removeDevice(qmp: Qmp, id: string, seconds: number): Promise<void> {
  const gone = qmp.nextEvent('DEVICE_DELETED', { seconds, where: (data) => data.device === id });
  await Promise.all([gone, qmp.execute('device_del', { id })]);
}
