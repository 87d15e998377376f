import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { isEmulated } from './accelerator.ts';
import type { GuestImage } from './agent-image.ts';
import type { FileLock } from './file-lock.ts';
import { type DiskContent, makeDiskImage } from './disk-image.ts';
import { type DiskBus, type DiskDevice, plugDisk, resizeDisk, unplugDisk } from './guest-disk.ts';
import { cpuToPlug } from './guest-cpu.ts';
import { GuestCommands } from './guest-commands.ts';
import { memoryToPlug } from './guest-memory.ts';
import { type NicDevice, nicToPlug } from './guest-nic.ts';
import { type GuestPort, portToPlug } from './guest-port.ts';
import type { Pluggable } from './pluggable.ts';
import { makeDiskOfCopy, type MemoryCopy } from './memory-copy.ts';
import { makeOverlay, nicPorts, takePlace, type Hardware } from './qemu.ts';
import type { Qmp } from './qmp.ts';
import { powerOn, type Session } from './session.ts';
import type { CommandResult } from './shell.ts';
import type { RecordedDisk } from './write-recorder.ts';

export interface AttachedDisk extends DiskContent {
  /** An image that exists already, instead of content. */
  readonly image?: string;
  readonly serial?: string;
  readonly vendor?: string;
  readonly product?: string;
  readonly bus?: DiskBus;
  readonly readOnly?: boolean;
  /** The image is served there, see lab/nbd-server.ts. */
  readonly nbdSocket?: string;
  /** Another guest has the image too. */
  readonly isShared?: boolean;
}

/** A disk that is plugged into a guest. */
export interface GuestDisk {
  readonly image: string;
  readonly serial: string;
  /** Pulls the disk, as the platform does; returns when the guest has let go of the device. */
  detach(): Promise<void>;
  /** Gives the disk another size, in MiB, while the guest uses it. */
  resize(size: number): Promise<void>;
}

/** A NIC, a CPU or a memory module that is plugged into a guest. */
export interface Plugged {
  /** Pulls it, as the platform does; returns when the guest has let go of it, and fails if it does not within 30 s. */
  detach(): Promise<void>;
}

/** A guest, as a test sees it. */
export class Guest extends GuestCommands {
  readonly #image: GuestImage;
  readonly #hardware: Hardware;
  readonly #disks = new Map<number, DiskDevice>();
  readonly #plugged = new Set<Pluggable>();
  #session: Session | undefined;
  /** Kept while it restarts: others that wait would take it, and a long story would come to a stop in the middle. */
  #place: FileLock | undefined;
  #lastDisk = 0;
  #attachedNics = 0;
  #lastOther = 0;

  constructor(image: GuestImage, hardware: Hardware) {
    super();
    this.#image = image;
    this.#hardware = hardware;
  }

  /** Where its serial log, overlay and disk images are. */
  get folder(): string {
    return this.#hardware.folder;
  }

  /** Image of the swap disk on this host, if the guest has one. */
  get swapDisk(): string | undefined {
    return this.#hardware.swapDisk;
  }

  /** The disk whose writes are written down, if it has one. */
  get recordedDisk(): RecordedDisk | undefined {
    return this.#hardware.recordedDisk;
  }

  get qmp(): Qmp {
    return this.#running.qmp;
  }

  /**
   * How long the guest's first CPU has waited for a CPU of this host, in seconds: what a measured time owes to others. That is nothing
   * where the guest's clock counts its instructions.
   * The second field of schedstat is the time spent on a run queue (kernel: Documentation/scheduler/sched-stats.rst).
   */
  async secondsWaitedForCpu(): Promise<number> {
    if (this.#hardware.countsInstructions && (await isEmulated())) return 0;
    const [cpu] = (await this.qmp.execute('query-cpus-fast')) as Array<{ 'thread-id': number }>;
    const schedstat = await readFile(`/proc/${cpu?.['thread-id']}/schedstat`, 'utf8');
    return Number(schedstat.split(' ')[1]) / 1e9;
  }

  /**
   * Powers the new guest on with a fresh root disk; returns as soon as its root shell answers.
   * @param copy it goes on from there, and does not boot; its hardware is to be the same
   */
  async start(copy?: MemoryCopy): Promise<void> {
    if (copy === undefined) await makeOverlay(this.#image, this.folder);
    else await makeDiskOfCopy(copy, join(this.folder, 'root.qcow2'));
    await this.#powerOn(copy?.memory);
  }

  protected answer(command: string, seconds: number): Promise<CommandResult> {
    return this.#running.shell.run(command, seconds);
  }

  /** Plugs a disk in: an image, or a new one with the content that is told; before `start` it is there from the first moment. */
  async attachDisk(disk: AttachedDisk): Promise<GuestDisk> {
    const number = ++this.#lastDisk;
    const image = disk.image ?? join(this.folder, `disk-${number}.img`);
    if (disk.image === undefined) await makeDiskImage(image, disk);
    const {
      serial = `disk-${number}`,
      vendor = 'gandi.ne',
      bus = 'scsi',
      readOnly = false,
      nbdSocket,
      isShared,
    } = disk;
    const device = { image, serial, vendor, product: disk.product, bus, readOnly, nbdSocket, isShared };
    if (this.#session !== undefined) await plugDisk(this.qmp, device, number);
    this.#disks.set(number, device);
    return { image, serial, detach: () => this.#detachDisk(number), resize: (size) => this.#resizeDisk(number, size) };
  }

  /**
   * Plugs a NIC in; before `start` it is there from the first moment. There are four places beside the first NIC's; the
   * fifth gets that of the second again.
   */
  async attachNic(nic: NicDevice = {}): Promise<Plugged & { readonly macAddress: string }> {
    const device = nicToPlug(nic, 2 + (this.#attachedNics++ % nicPorts.length));
    return { macAddress: device.macAddress, ...(await this.#plug(device)) };
  }

  /** Gives it a virtio-serial port, to whose other end this process listens; before `start` it is there from the first moment. */
  async attachPort(name: string): Promise<GuestPort & Plugged> {
    const port = portToPlug(this.folder, name);
    return Object.assign(port, await this.#plug(port));
  }

  async attachCpu(): Promise<Plugged> {
    return this.#plug(cpuToPlug(++this.#lastOther));
  }

  /** @param mebibytes a multiple of 128, the size of a block that the guest brings online */
  async attachMemory(mebibytes: number): Promise<Plugged> {
    return this.#plug(memoryToPlug(mebibytes, ++this.#lastOther));
  }

  /**
   * Restarts the guest from within with the disks that it has; returns when its shell answers again.
   * QEMU is started again, as emulation was slower after a reset of the same process (docs/vm-lab.md).
   */
  async reboot(): Promise<void> {
    await this.#leave('reboot');
    await this.#powerOn();
  }

  /** Cuts the power: what the guest had not yet given to its disks is lost. It starts again with the disks that it has. */
  async cutPower(): Promise<void> {
    await this.#end();
    await this.#powerOn();
  }

  /** Shuts the guest down from within, so that all it wrote is on its disks. */
  async shutDown(): Promise<void> {
    await this.#leave('poweroff');
    await this.#givePlace();
  }

  /** Ends the guest at once. */
  async stop(): Promise<void> {
    await this.#end();
    await this.#givePlace();
  }

  /** Leaves the guest running and lets go of it. */
  release(): void {
    this.#session?.shell.close();
    this.#session?.qmp.close();
  }

  get #running(): Session {
    if (this.#session === undefined) throw new Error('the guest is not running');
    return this.#session;
  }

  async #powerOn(memoryFile?: string): Promise<void> {
    this.#place ??= await takePlace();
    const hardware = { ...this.#hardware, memoryFile };
    this.#session = await powerOn(this.#image, hardware, this.#place, this.#disks, this.#plugged);
  }

  async #givePlace(): Promise<void> {
    await this.#place?.release();
    this.#place = undefined;
  }

  async #end(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) return;
    session.shell.close();
    await Promise.all([session.qemu.ended, session.qmp.execute('quit').catch(() => undefined)]);
  }

  async #leave(command: string): Promise<void> {
    const { qemu, shell } = this.#running;
    // The answer is lost when the guest is faster than its shell.
    shell.run(command, 30).catch(() => undefined);
    await qemu.ended;
    this.#session = undefined;
  }

  async #plug(device: Pluggable): Promise<Plugged> {
    if (this.#session !== undefined) await device.plug(this.qmp);
    this.#plugged.add(device);
    return {
      detach: async () => {
        await device.unplug(this.qmp);
        this.#plugged.delete(device);
      },
    };
  }

  async #detachDisk(number: number): Promise<void> {
    await unplugDisk(this.qmp, number);
    this.#disks.delete(number);
  }

  async #resizeDisk(number: number, size: number): Promise<void> {
    const bytes = size * 1024 * 1024;
    const image = this.#disks.get(number)?.image;
    if (image === undefined) throw new Error(`disk ${number} is not attached`);
    await truncate(image, bytes);
    await resizeDisk(this.qmp, number, bytes);
  }
}
