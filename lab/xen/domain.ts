import type { FileLock } from '../file-lock.ts';
import { GuestCommands } from '../guest-commands.ts';
import { takePlace } from '../qemu.ts';
import type { CommandResult, Shell } from '../shell.ts';
import { domainName } from './domain-config.ts';
import { attachDisk, type XenDisk, type XenDiskContent } from './domain-disk.ts';
import type { Session } from '../session.ts';
import { powerOnXen, type XenHardware } from './xen-machine.ts';

/** The domain that has the devices and starts the others. */
export class Dom0 extends GuestCommands {
  readonly #shell: Shell;

  constructor(shell: Shell) {
    super();
    this.#shell = shell;
  }

  protected answer(command: string, seconds: number): Promise<CommandResult> {
    return this.#shell.run(command, seconds);
  }
}

/** A NIC that is attached to a domain. */
export interface XenNic {
  readonly macAddress: string;
  /** Takes it away, as the platform does. */
  detach(): Promise<void>;
}

/** A guest on Xen, as a test sees it; `dom0` is the platform. */
export class Domain extends GuestCommands {
  readonly #hardware: XenHardware;
  #session: Session | undefined;
  #place: FileLock | undefined;
  #dom0: Dom0 | undefined;
  /** Xen gives another one with each start. */
  #id = '';
  #lastNic = 0;

  constructor(hardware: XenHardware) {
    super();
    this.#hardware = hardware;
  }

  /** Where its serial log and overlays are. */
  get folder(): string {
    return this.#hardware.folder;
  }

  /** Image of `xvdz` on this host. */
  get swapDisk(): string {
    return this.#hardware.swap;
  }

  get dom0(): Dom0 {
    if (this.#dom0 === undefined) throw new Error('the machine with Xen is not running');
    return this.#dom0;
  }

  /** Powers the machine on, has Xen create the domain, and returns as soon as its root shell answers. */
  async start(): Promise<void> {
    this.#place = await takePlace();
    this.#session = await powerOnXen(this.#hardware, this.#place);
    this.#dom0 = new Dom0(this.#session.shell);
    await this.dom0.expect('xl create /domain/config', 300);
    await this.#waitForShell();
  }

  /** Restarts the domain as the platform does; returns when the shell of the new one answers. */
  async reboot(): Promise<void> {
    const before = this.#id;
    await this.dom0.expect(`xl reboot ${domainName}`, 60);
    await this.#waitForShell(before);
  }

  /** Has dom0 attach a new disk, under the next free name unless told. */
  async attachDisk(disk: XenDiskContent): Promise<XenDisk> {
    return attachDisk(this.dom0, disk);
  }

  /** Has dom0 attach a NIC to the network of the first one. */
  async attachNic(): Promise<XenNic> {
    const number = ++this.#lastNic;
    const macAddress = `00:16:3e:00:00:${String(number + 1).padStart(2, '0')}`;
    await this.dom0.expect(`xl network-attach ${domainName} mac=${macAddress},bridge=xenbr0,script=vif-lab`);
    return { macAddress, detach: () => this.#expectOfDom0(`xl network-detach ${domainName} ${macAddress}`) };
  }

  /** Gives the domain so many CPUs; the machine itself has one. */
  async setCpus(count: number): Promise<void> {
    await this.#expectOfDom0(`xl vcpu-set --ignore-host ${domainName} ${count}`);
  }

  /** Lets the domain have that many MiB, beyond what it was started to hold too. */
  async setMemory(mebibytes: number): Promise<void> {
    await this.#expectOfDom0(`xl mem-max ${domainName} ${mebibytes} && xl mem-set ${domainName} ${mebibytes}`);
  }

  /** Ends the machine at once. */
  async stop(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) {
      session.shell.close();
      await Promise.all([session.qemu.ended, session.qmp.execute('quit').catch(() => undefined)]);
    }
    await this.#place?.release();
    this.#place = undefined;
  }

  /** By a command of dom0, as there is no way into a domain from this host. */
  protected answer(command: string, seconds: number): Promise<CommandResult> {
    const encoded = Buffer.from(command).toString('base64');
    // The domain ends the command itself; dom0 gives up only where that one hangs.
    return this.dom0.run(`lab-domain ${this.#id} ${seconds} ${encoded}`, seconds + 30);
  }

  async #expectOfDom0(command: string): Promise<void> {
    await this.dom0.expect(command);
  }

  /** @param before number of the domain that it takes the place of */
  async #waitForShell(before = ''): Promise<void> {
    const number = `id=$(xl domid ${domainName}) && [ "$id" != "${before}" ]`;
    const look = `${number} && xenstore-exists /local/domain/$id/data/lab/boot && echo $id`;
    try {
      this.#id = await this.dom0.waitFor(`{ ${look}; }`, 300);
    } catch (error) {
      const console = await this.dom0.run('xl list; tail --lines=60 /var/log/xen/console/guest-*.log');
      throw new Error(`the domain does not answer; what dom0 says:\n${console.stdout}`, { cause: error });
    }
  }
}
