import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { type HostRecord, hostRecordSchema } from '../../core/host-port/host-record.ts';
import { parseLine } from './parse-line.ts';
import { addBlockDevice } from './guest-devices.ts';
import { openGuestLines } from './guest-lines.ts';
import type { Qmp } from './qmp.ts';

/** A disk that a running guest is to get. */
export interface NewDisk {
  /** Image or block device on this host. */
  readonly image: string;
  readonly format: 'raw' | 'qcow2';
  /** By which guest and platform know it; unique in this guest. */
  readonly serial: string;
  /** `virtio` needs a free PCIe port, `scsi` a controller. */
  readonly bus: 'scsi' | 'virtio';
  /** Id of the PCIe port or SCSI bus in QEMU, which chooses where it is not told. */
  readonly place?: string | undefined;
}

/**
 * Plugs a disk into a running guest, and waits until the guest says on its port what became of it.
 * @param told socket of the port `org.gandi.agent.0`
 * @returns the guest's record, which says where it is mounted
 * @throws AgentError `qmp.*`, `guest.no-port`; `guest.silent` and `guest.left-alone`, with which it stays plugged in
 */
export async function plugDisk(qmp: Qmp, told: string, disk: NewDisk, seconds: number): Promise<HostRecord> {
  const lines = await openGuestLines(told);
  try {
    await addDisk(qmp, disk);
    return requireAttached(await lines.first((line) => recordOf(line, disk.serial), seconds), disk);
  } finally {
    lines.close();
  }
}

/** Names in QEMU are letters, digits, `-`, `.` and `_`, begin with a letter and have 31 characters at most. */
export function nodeNameOf(serial: string): string {
  return `g-${serial.replace(/[^A-Za-z0-9._-]/g, '_')}`.slice(0, 31);
}

async function addDisk(qmp: Qmp, { image, format, serial, bus, place }: NewDisk): Promise<void> {
  const node = nodeNameOf(serial);
  const file = { driver: 'file', filename: image };
  const frontend = bus === 'scsi' ? { driver: 'scsi-hd', vendor: 'gandi.ne' } : { driver: 'virtio-blk-pci' };
  const where = place === undefined ? {} : { bus: place };
  await addBlockDevice(qmp, {
    backend: { driver: format, 'node-name': node, file },
    frontend: { ...frontend, ...where, id: node, serial },
  });
}

function recordOf(line: string, serial: string): HostRecord | undefined {
  const record = parseLine(hostRecordSchema, line);
  // A line may be of the disk that had this serial before.
  return record?.serial === serial && record.event !== 'detached' ? record : undefined;
}

function requireAttached(record: HostRecord, { serial }: NewDisk): HostRecord {
  if (record.event === 'attached') return record;
  throw new AgentError(`the guest left the disk alone: ${record.reason ?? record.event}`, {
    code: 'guest.left-alone',
    subject: serial,
    remedy: `see \`gandi-agent disk explain ${serial}\` in the guest; \`gandi-provision host detach\` takes it out again`,
    exitCode: ExitCode.refusedToProtectData,
  });
}
