import { join } from 'node:path';
import { type DiskContent, makeDiskImage } from './disk-image.ts';
import { type DiskBus, type GuestDisk, plugDisk } from './guest-disk.ts';
import type { QemuProcess } from './qemu.ts';
import type { Qmp } from './qmp.ts';
import type { CommandResult, Shell } from './shell.ts';

export interface AttachedDisk extends DiskContent {
  /** An image that exists already, instead of content. */
  readonly image?: string;
  readonly serial?: string;
  readonly vendor?: string;
  readonly bus?: DiskBus;
}

interface Connections {
  readonly folder: string;
  readonly qemu: QemuProcess;
  readonly qmp: Qmp;
  readonly shell: Shell;
}

/** A running guest, as a test sees it. */
export class Guest {
  /** Where its serial log, overlay and disk images are. */
  readonly folder: string;
  readonly qmp: Qmp;
  readonly #qemu: QemuProcess;
  readonly #shell: Shell;
  #disks = 0;

  constructor({ folder, qemu, qmp, shell }: Connections) {
    this.folder = folder;
    this.qmp = qmp;
    this.#qemu = qemu;
    this.#shell = shell;
  }

  /** Runs a command line in the guest as root, and returns what came of it. */
  run(command: string, seconds = 60): Promise<CommandResult> {
    return this.#shell.run(command, seconds);
  }

  /**
   * Runs a command line that must succeed, and returns its standard output without the last line break.
   * @throws Error with all that it printed
   */
  async expect(command: string, seconds = 60): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(command, seconds);
    if (exitCode === 0) return stdout.replace(/\n$/, '');
    throw new Error(`in the guest, status ${exitCode} of: ${command}\n${stdout}${stderr}`);
  }

  /** Waits until a command line succeeds; the guest tries it ten times a second, so that no step of the test is a guess. */
  async waitFor(command: string, seconds = 30): Promise<string> {
    const attempt = `until out=$(${command}); do sleep 0.1; done 2>/dev/null; echo "$out"`;
    const { exitCode, stdout } = await this.run(attempt, seconds);
    if (exitCode === 0) return stdout.replace(/\n$/, '');
    const last = await this.run(command);
    throw new Error(`the guest did not come to this within ${seconds} s: ${command}\n${last.stdout}${last.stderr}`);
  }

  /** Waits until something is mounted there. */
  async waitForMount(mountPoint: string, seconds = 30): Promise<void> {
    await this.waitFor(`findmnt --noheadings ${quoted(mountPoint)}`, seconds);
  }

  /** Waits until boot has ended and returns systemd's verdict, `running` or `degraded`. */
  async waitForBoot(seconds = 120): Promise<string> {
    const { stdout } = await this.run('systemctl is-system-running --wait', seconds);
    return stdout.trim();
  }

  async readFile(path: string): Promise<string> {
    return Buffer.from(await this.expect(`base64 ${quoted(path)}`), 'base64').toString();
  }

  async writeFile(path: string, text: string): Promise<void> {
    await this.expect(`base64 --decode <<<${Buffer.from(text).toString('base64')} >${quoted(path)}`);
  }

  /** Plugs a disk into the running guest: an image, or a new one with the content that is told. */
  async attachDisk(disk: AttachedDisk): Promise<GuestDisk> {
    const number = ++this.#disks;
    const image = disk.image ?? join(this.folder, `disk-${number}.img`);
    if (disk.image === undefined) await makeDiskImage(image, disk);
    const { serial = `disk-${number}`, vendor = 'gandi.ne', bus = 'scsi' } = disk;
    return plugDisk(this.qmp, { image, serial, vendor, bus }, number);
  }

  /** Restarts the guest from within, and returns when its shell answers again. */
  async reboot(seconds = 120): Promise<void> {
    const started = this.#shell.nextStart(seconds);
    await Promise.all([started, this.run('systemctl reboot').catch(() => undefined)]);
  }

  /** Shuts the guest down from within, so that all it wrote is on its disks. */
  async shutDown(): Promise<void> {
    this.run('systemctl poweroff').catch(() => undefined);
    await this.#qemu.ended;
  }

  /** Ends the guest at once, as a power cut does. */
  async stop(): Promise<void> {
    this.#shell.close();
    await this.qmp.execute('quit').catch(() => undefined);
    await this.#qemu.ended;
    this.qmp.close();
  }

  /** Leaves the guest running and lets go of it. */
  release(): void {
    this.#shell.close();
    this.qmp.close();
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
