import { type Disk, type Volume, wwnOf } from './disk.ts';
import type { LayerOf } from './layers.ts';
import type { Assembly } from './stack.ts';
import { componentsOf, type Folder, file, folder } from './file-tree.ts';
import { type Device, type Machine, recordNameOf } from './machine.ts';

/** How the next events reach the spool. `late`: after as many scenes of the history. */
export type Delivery =
  | { readonly kind: 'at-once' | 'lost' | 'doubled' }
  | { readonly kind: 'late'; readonly scenes: number };

type Properties = Readonly<Record<string, string>>;

interface KernelEvent {
  readonly sequence: number;
  readonly action: string;
  readonly device: Device;
  readonly extra: Properties;
}

const spool = '/run/gandi/spool';

/** udevd with the rules of the agent: it hears of devices, looks at them, keeps what it saw, and spools events for the agent. */
export class Udev {
  readonly #machine: Machine;
  /** What it knows of each device that is there. */
  readonly #known = new Map<Device, Properties>();
  #deliveries: Delivery[] = [];
  #late: { scenes: number; readonly event: KernelEvent }[] = [];
  #waitingForLock: KernelEvent[] = [];
  #sequence = 100;
  /** Called when the spool has a new entry. */
  onSpooled: () => void = () => undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** How the next events are delivered; those after them at once. */
  deliverNext(deliveries: readonly Delivery[]): void {
    this.#deliveries.push(...deliveries);
  }

  /** The kernel says that something happened to a device. */
  hear(action: string, device: Device, extra: Properties = {}): void {
    this.#sequence += 1;
    const event = { sequence: this.#sequence, action, device, extra };
    const delivery = this.#deliveries.shift() ?? { kind: 'at-once' };
    this.#machine.tell(
      `udev: ${action} ${device.name} (${event.sequence})${delivery.kind === 'at-once' ? '' : `, ${delivery.kind}`}`,
    );
    if (delivery.kind === 'lost') return;
    if (delivery.kind === 'late') this.#late.push({ scenes: delivery.scenes, event });
    else this.#handle(event);
    if (delivery.kind === 'doubled') this.hear(action, device, extra);
  }

  /** Time passes: what is late comes nearer. */
  passScene(): void {
    const due = this.#late.filter((late) => late.scenes <= 1);
    this.#late = this.#late.filter((late) => late.scenes > 1);
    for (const late of this.#late) late.scenes -= 1;
    for (const { event } of due) this.#handle(event);
  }

  /** It is restarted: what it has not handled yet is lost. */
  restart(): void {
    this.#late = [];
    this.#waitingForLock = [];
    this.#deliveries = [];
  }

  /** `udevadm trigger --action=add` for all block devices. */
  reportAll(): void {
    for (const device of this.#machine.devices.filter(({ isPresent }) => isPresent)) this.hear('add', device);
  }

  /** A lock was released: udevd looks at what it has put off. */
  lookAgain(disk: Disk): void {
    const waiting = this.#waitingForLock.filter(({ device }) => device.disk === disk);
    this.#waitingForLock = this.#waitingForLock.filter((event) => !waiting.includes(event));
    for (const event of waiting) this.#handle(event);
  }

  /** Somebody wrote to a device and closed it; the rules leave such an event out. */
  seeWritten(device: Device): void {
    this.#handle({ sequence: 0, action: 'change', device, extra: { SYNTH_UUID: '0' } });
  }

  forget(): void {
    this.#known.clear();
    this.#late = [];
    this.#waitingForLock = [];
    this.#deliveries = [];
  }

  isIdle(): boolean {
    return this.#late.length === 0;
  }

  propertiesOf(path: string): Properties | undefined {
    const device = this.#machine.deviceAt(path);
    return device === undefined ? undefined : this.#known.get(device);
  }

  /** The UUIDs that have a link below /dev/disk/by-uuid. */
  uuids(): string[] {
    return [...this.#known].flatMap(([device, { ID_FS_UUID }]) => (device.isPresent && ID_FS_UUID ? [ID_FS_UUID] : []));
  }

  #handle(event: KernelEvent): void {
    const { action, device } = event;
    if (action === 'remove') {
      const known = this.#known.get(device) ?? ownProperties(device);
      this.#known.delete(device);
      this.#spool(event, known);
      return;
    }
    if (!device.isPresent) return;
    if (this.#machine.exclusiveLock(device.disk) !== undefined) {
      this.#waitingForLock.push(event);
      return;
    }
    this.#known.set(device, probe(device));
    this.#spool(event, this.#known.get(device) ?? {});
  }

  /** rules/86-gandi.rules. */
  #spool({ sequence, action, device, extra }: KernelEvent, known: Properties): void {
    if (extra.SYNTH_UUID === '0') return;
    const record = `/run/gandi/disks/${recordNameOf(device)}`;
    const isKnownToUs = action === 'remove' && this.#machine.nodeAt(record) !== undefined;
    const isLayer = device.layer !== undefined;
    if (isLayer && !this.#hasLayers()) return;
    if (known.GANDI_DATA_DISK !== '1' && !isKnownToUs && !(isLayer && action !== 'remove')) return;
    const { parent } = device;
    this.spoolEvent('disk', {
      ...known,
      ...extra,
      ...(isLayer ? {} : { GANDI_DATA_DISK: '1' }),
      ACTION: action,
      SEQNUM: String(sequence),
      DEVPATH: `/devices/sim/block/${parent === undefined ? '' : `${parent.name}/`}${device.name}`,
    });
  }

  #hasLayers(): boolean {
    const node = this.#machine.nodeAt('/etc/default/gandi');
    return node?.type === 'file' && /^CONFIG_LAYERS="?\w/m.test(node.content);
  }

  /** rules/spool-event, with its argument and its environment. */
  spoolEvent(handler: string, environment: Properties): void {
    const properties = { ...environment, GANDI_HANDLER: handler, GANDI_SPOOLED_AT: String(this.#machine.tick) };
    const text = Object.entries(properties).map(([key, value]) => `${key}=${value}\0`);
    folderAt(this.#machine.root, spool).entries.set(`${environment.SEQNUM}-${handler}`, file(text.join('')));
    this.onSpooled();
  }
}

function folderAt(top: Folder, path: string): Folder {
  let at = top;
  for (const name of componentsOf(path)) {
    const next = at.entries.get(name);
    if (next?.type === 'directory') {
      at = next;
      continue;
    }
    const made = folder();
    at.entries.set(name, made);
    at = made;
  }
  return at;
}

function ownProperties({ path, diskSequence, parent, disk, layer }: Device): Properties {
  if (layer !== undefined) return { DEVNAME: path, DEVTYPE: 'disk', ...namesOf(layer, diskSequence) };
  const own = { DEVNAME: path, DISKSEQ: String(diskSequence), DEVTYPE: parent === undefined ? 'disk' : 'partition' };
  return disk.isData
    ? { ...own, GANDI_DATA_DISK: '1', ID_SERIAL_SHORT: disk.serial }
    : { ...own, ID_SERIAL_SHORT: disk.serial };
}

function namesOf({ mapperName, mapperUuid }: LayerOf, diskSequence: number): Properties {
  if (mapperName === undefined || mapperUuid === undefined) return {};
  return { DM_NAME: mapperName, DM_UUID: mapperUuid, DISKSEQ: String(diskSequence) };
}

/** What its rules and libblkid find on a device. */
function probe(device: Device): Properties {
  const { disk, volume, diskSequence } = device;
  const suffix = volume.number === null ? '' : `-part${volume.number}`;
  const own = {
    ...ownProperties(device),
    ...(disk.isPath ? { DM_MULTIPATH_DEVICE_PATH: '1' } : {}),
    ...(device.layer === undefined ? { ID_WWN: wwnOf(disk) } : {}),
    DEVLINKS: `/dev/disk/by-id/scsi-${disk.serial}${suffix} /dev/disk/by-diskseq/${diskSequence}${suffix}`,
    ...(volume.number === null
      ? {}
      : { PARTN: String(volume.number), ID_PART_ENTRY_UUID: `part-${disk.index}-${volume.number}` }),
  };
  const { content } = volume;
  if (content.kind === 'signature') return { ...own, ID_FS_TYPE: content.type, ID_FS_USAGE: content.usage };
  // 60-multipath.rules.
  if (content.kind === 'member' && disk.isPath) return { ...own, ID_FS_TYPE: 'mpath_member' };
  if (content.kind === 'member') return { ...own, ...signatureOf(content.assembly, volume) };
  if (content.kind === 'ambivalent') return { ...own, ID_FS_AMBIVALENT: 'filesystem:ext4 other:swap' };
  if (content.kind === 'table') return { ...own, ID_PART_TABLE_TYPE: 'gpt' };
  if (content.kind !== 'file-system') return own;
  const { type, label, uuid } = content.fileSystem;
  const named = label === '' ? {} : { ID_FS_LABEL_ENC: label };
  return { ...own, ID_FS_TYPE: type, ID_FS_USAGE: 'filesystem', ID_FS_UUID: uuid, ...named };
}

/** libblkid's names of what a layer keeps on its members. */
function signatureOf({ kind, members }: Assembly, volume: Volume): Properties {
  const uuid = members.find((member) => member.volume === volume)?.uuid ?? '';
  if (kind === 'luks')
    return { ID_FS_TYPE: 'crypto_LUKS', ID_FS_USAGE: 'crypto', ID_FS_VERSION: '2', ID_FS_UUID: uuid };
  return { ID_FS_TYPE: kind === 'lvm' ? 'LVM2_member' : 'linux_raid_member', ID_FS_USAGE: 'raid', ID_FS_UUID: uuid };
}
