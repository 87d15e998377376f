import { componentKibibytes } from './layer-tools.ts';
import type { LayerOf } from './layers.ts';
import type { Device, Machine, Mount } from './machine.ts';
import { headerBytes } from './stack.ts';

/** The files that the kernel makes up: sysfs, procfs and the links of /dev, as far as the agent looks at them. */
export function readKernelFile(machine: Machine, path: string): string | undefined {
  if (path === '/proc/self/mountinfo') return machine.mounts.map(mountLine).join('');
  if (path === '/proc/swaps') return 'Filename\tType\tSize\tUsed\tPriority\n';
  const program = programOf(machine, path);
  if (program !== undefined) return path.endsWith('/comm') ? 'editor\n' : '0::/user.slice\n';
  const [device, attribute = ''] = deviceBehind(machine, path);
  const text = device === undefined ? undefined : attributeOf(device, attribute);
  return text === undefined ? undefined : `${text}\n`;
}

export function listKernelFolder(machine: Machine, path: string): string[] {
  const present = machine.devices.filter(({ isPresent }) => isPresent);
  if (path === '/sys/block') return present.filter(({ parent }) => parent === undefined).map(({ name }) => name);
  if (path === '/sys/class/block') return present.map(({ name }) => name);
  if (path === '/dev/disk/by-uuid') return machine.udev.uuids();
  if (path === '/proc') return machine.programs.map(({ pid }) => String(pid));
  if (path.startsWith('/proc/')) return [];
  const [device, rest] = deviceBehind(machine, path);
  if (device === undefined) return [];
  if (rest === 'holders') return holdersOf(machine, device);
  if (rest === 'slaves') return device.layer?.slaves.map(({ name }) => name) ?? [];
  return rest === '' ? device.partitions.map(({ name }) => name) : [];
}

export function kernelLink(machine: Machine, path: string): string | undefined {
  const program = programOf(machine, path);
  if (program !== undefined) return path.endsWith('/cwd') ? program.path : undefined;
  if (path.startsWith('/sys/dev/block/')) {
    const number = path.slice('/sys/dev/block/'.length);
    const named = machine.devices.find(({ isPresent, majorMinor }) => isPresent && majorMinor === number);
    return named === undefined ? undefined : `../../devices/sim/block/${pathBelowBlock(named)}`;
  }
  if (path.startsWith('/dev/mapper/')) {
    const mapped = machine.deviceAt(path);
    return mapped === undefined ? undefined : `../${mapped.name}`;
  }
  const [device, rest] = deviceBehind(machine, path);
  if (device === undefined) return undefined;
  if (rest === '' && path.startsWith('/sys/class/block/')) return `../../devices/sim/block/${pathBelowBlock(device)}`;
  return rest === 'device/subsystem' && device.layer === undefined ? `../../../bus/${device.disk.bus}` : undefined;
}

/** Whether a path of sysfs or of /dev/mapper is there. */
export function isInSysfs(machine: Machine, path: string): boolean {
  if (path.startsWith('/dev/mapper/')) return machine.deviceAt(path) !== undefined;
  const [device, rest = ''] = deviceBehind(machine, path);
  return device !== undefined && (rest === '' || attributeOf(device, rest) !== undefined);
}

/** Whether the kernel makes the file up. */
export function isOfKernel(path: string): boolean {
  return path.startsWith('/sys/') || path.startsWith('/proc') || path.startsWith('/dev/');
}

const deviceFolders = ['/sys/block/', '/sys/class/block/', '/sys/devices/sim/block/'];

/** The device that a path of sysfs leads to, and what of it is meant. */
export function deviceBehind(machine: Machine, path: string): [device: Device | undefined, rest?: string] {
  const above = deviceFolders.find((each) => path.startsWith(each));
  if (above === undefined) return [undefined];
  const [first = '', rest] = cut(path.slice(above.length));
  const device = machine.devices.find(({ isPresent, name }) => isPresent && name === first);
  // A partition is below its disk; only the folder of all block devices has a link to it.
  if (device?.parent !== undefined && above !== '/sys/class/block/') return [undefined];
  if (device === undefined || device.partitions.length === 0) return [device, rest];
  const [inner, others] = cut(rest);
  const partition = device.partitions.find(({ name, isPresent }) => isPresent && name === inner);
  return partition === undefined ? [device, rest] : [partition, others];
}

function cut(path: string): [first: string, rest: string] {
  const at = path.indexOf('/');
  return at === -1 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}

function pathBelowBlock({ name, parent }: Device): string {
  return parent === undefined ? name : `${parent.name}/${name}`;
}

function attributeOf(device: Device, name: string): string | undefined {
  const { disk, volume, majorMinor, diskSequence, parent } = device;
  switch (name) {
    case 'dev':
      return majorMinor;
    case 'size':
      return String(volume.sizeBytes / 512);
    case 'ro':
      return disk.readOnly || device.isSetReadOnly ? '1' : '0';
    default:
      if (parent !== undefined) return partitionAttributeOf(device, parent, name);
  }
  if (device.layer !== undefined && name.includes('/')) return layerAttributeOf(device.layer, name);
  if (name === 'removable') return '0';
  if (name === 'diskseq') return String(diskSequence);
  return name === 'device/vendor' ? (disk.isData && disk.bus === 'scsi' ? 'gandi.ne' : 'QEMU') : undefined;
}

function holdersOf(machine: Machine, device: Device): string[] {
  const direct = machine.layers.over([device]).filter(({ layer }) => layer?.slaves.includes(device));
  return [...(device.holder === undefined ? [] : [device.holder]), ...direct].map(({ name }) => name);
}

/** Documentation/admin-guide/md.rst of the Linux kernel, and the `dm` folder of device-mapper. */
function layerAttributeOf({ assembly, slaves, mapperName, mapperUuid }: LayerOf, name: string): string | undefined {
  if (name === 'dm/name') return mapperName;
  if (name === 'dm/uuid') return mapperUuid;
  if (mapperName !== undefined) return undefined;
  if (name.startsWith('md/dev-')) return String(headerBytes / 512);
  const attributes: Readonly<Record<string, string>> = {
    'md/array_state': 'clean',
    'md/level': 'raid1',
    'md/degraded': String(assembly.members.length - slaves.length),
    'md/component_size': String(componentKibibytes(assembly)),
  };
  return attributes[name];
}

function partitionAttributeOf(device: Device, parent: Device, name: string): string | undefined {
  if (name === 'partition') return String(device.volume.number);
  if (name === 'uevent') return `PARTN=${device.volume.number}`;
  if (name !== 'start') return undefined;
  const before = parent.partitions.slice(0, parent.partitions.indexOf(device));
  return String(before.reduce((sum, other) => sum + other.volume.sizeBytes, 2 ** 20) / 512);
}

function mountLine({ id, device, fileSystem, path, options }: Mount): string {
  const number = fileSystem.type === 'btrfs' ? `0:${40 + id}` : device.majorMinor;
  return `${id} 1 ${number} / ${path} ${options} shared:1 - ${fileSystem.type} ${device.path} rw\n`;
}

function programOf(machine: Machine, path: string): { readonly path: string } | undefined {
  if (machine.programs.length === 0 || !path.startsWith('/proc/')) return undefined;
  const pid = /^\/proc\/(\d+)\/(?:comm|cgroup|cwd)$/.exec(path)?.[1];
  return machine.programs.find((program) => String(program.pid) === pid);
}
