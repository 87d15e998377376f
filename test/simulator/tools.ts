import type { AgentProcess } from './agent-process.ts';
import { makeFileSystem, MIB } from './disk.ts';
import { removeFolder } from './files-of.ts';
import { cryptsetup, dmsetup, lvm, mdadm } from './layer-tools.ts';
import type { Device, Mount } from './machine.ts';

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

type Tool = (agent: AgentProcess, args: readonly string[]) => ToolResult;

const done: ToolResult = { exitCode: 0 };
const locked = 75;

/** What each program does, told by its manual and by what was tried in guests. */
const tools: Readonly<Record<string, Tool>> = {
  flock: (agent, args) => mount(agent, args.slice(args.indexOf('mount') + 1)),
  mount: (agent, args) => {
    agent.world.machine.violate('mount: without the shared lock of the disk', args.join(' '));
    return mount(agent, args);
  },
  umount: (agent, args) => unmount(agent, args.at(-1) ?? '', args.includes('--lazy')),
  'remove-mount-point': (agent, [path = '']) => removeMountPoint(agent, path),
  udevadm: (agent, args) => udevadm(agent, args),
  wipefs: (agent, args) =>
    withDevice(agent, args, (device) => ({ ...done, stdout: JSON.stringify({ signatures: signaturesOf(device) }) })),
  blkid: (agent, args) => withDevice(agent, args, blkid),
  resize2fs: (agent, args) => withDevice(agent, args, (device) => grow(agent, device)),
  xfs_growfs: (agent, args) => grow(agent, agent.world.machine.mountAt(args.at(-1) ?? '')?.device),
  btrfs: (agent, args) => grow(agent, agent.world.machine.mountAt(args.at(-1) ?? '')?.device),
  e2fsck: (agent, args) =>
    withDevice(agent, args, (device) => {
      agent.world.laws.checks(device, agent);
      return done;
    }),
  chattr: (agent, args) => changeFlag(agent, args),
  blockdev: (agent, args) => withDevice(agent, args, (device) => setReadOnly(agent, device, args[0] === '--setro')),
  dd: (agent, args) => withDevice(agent, [deviceOfDd(args)], withoutMmp),
  lvm,
  cryptsetup,
  dmsetup,
  mdadm,
  timeout: (agent, args) => hook(agent, args.slice(2)),
};

export function runTool(
  agent: AgentProcess,
  tool: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ToolResult {
  const name = tool.split('/').at(-1) ?? tool;
  if (name === 'spool-event') {
    agent.world.machine.udev.spoolEvent(args[0] ?? '', environment);
    return done;
  }
  if (name.startsWith('mkfs.')) return format(agent, name.slice(5), args.at(-1) ?? '');
  const known = tools[name];
  if (known === undefined) throw new Error(`this tool is not simulated: ${tool} ${args.join(' ')}`);
  return known(agent, args);
}

function mount(agent: AgentProcess, args: readonly string[]): ToolResult {
  const { machine, laws } = agent.world;
  const after = (option: string) => args[args.indexOf(option) + 1] ?? '';
  const [devicePath = '', place = ''] = args.slice(args.indexOf('--') + 1);
  const device = machine.deviceAt(devicePath);
  const path = agent.handles.get(Number(/\/fd\/(\d+)/.exec(place)?.[1]));
  const options = after('--options').split(',');
  const refused = (stderr: string) => ({ exitCode: 32, stderr });
  if (device === undefined) return refused('no such device');
  if (machine.exclusiveLock(device.disk) !== undefined) return { exitCode: locked };
  const { content } = device.volume;
  if (!machine.layers.isWhole(device)) return refused("can't read superblock");
  if (content.kind !== 'file-system') return refused('wrong fs type, bad option, bad superblock');
  const { fileSystem } = content;
  if (fileSystem.type !== after('--types')) return refused('wrong fs type, bad option, bad superblock');
  if (typeof path !== 'string' || machine.nodeAt(path)?.type !== 'directory')
    return refused('mount point does not exist');
  // do_add_mount of linux/fs/namespace.c: never the same file system twice on the same place.
  if (machine.mountAt(path)?.fileSystem === fileSystem) return refused('already mounted or mount point busy');
  if (device.isSetReadOnly && !options.includes('ro')) return refused('write-protected');
  laws.mounts(device, path, options, agent);
  if (device.holder !== undefined || machine.layers.over([device]).length > 0)
    return refused('already mounted or mount point busy');
  const identifiedAt = agent.identifiedAt.get((device.parent ?? device).name);
  machine.addMount({ device, fileSystem, path, options: after('--options'), by: 'agent', identifiedAt });
  agent.effect(`mounted ${device.name} at ${path}`);
  return done;
}

function unmount(agent: AgentProcess, path: string, lazy: boolean): ToolResult {
  const { machine, laws } = agent.world;
  const mounted = machine.mountAt(path);
  if (mounted === undefined) return { exitCode: 32, stderr: 'not mounted' };
  if (!lazy && machine.isBusy(mounted)) return { exitCode: 32, stderr: 'target is busy' };
  laws.unmounts(mounted, agent);
  takeOut(agent, mounted);
  return done;
}

function takeOut(agent: AgentProcess, mounted: Mount): void {
  agent.world.machine.removeMount(mounted);
  agent.effect(`unmounted ${mounted.path} of ${mounted.device.name}`);
}

/** libexec/remove-mount-point: mount and folder go in one step, or nothing does. */
function removeMountPoint(agent: AgentProcess, path: string): ToolResult {
  const { machine, laws } = agent.world;
  const mounted = machine.mountAt(path);
  if (mounted === undefined) return { exitCode: 1, stderr: 'not mounted' };
  machine.removeMount(mounted);
  const below = machine.nodeAt(path);
  const isRemovable =
    below?.type === 'directory' &&
    below.entries.size === 0 &&
    !below.isImmutable &&
    machine.mountAt(path) === undefined;
  machine.mounts.push(mounted);
  if (!isRemovable) return { exitCode: 1, stderr: 'Directory not empty' };
  laws.unmounts(mounted, agent);
  takeOut(agent, mounted);
  removeFolder(agent, path);
  return done;
}

function udevadm(agent: AgentProcess, args: readonly string[]): ToolResult {
  const { machine } = agent.world;
  if (args[0] === 'info') {
    const path = args.find((arg) => arg.startsWith('--name='))?.slice(7) ?? '';
    const properties = machine.udev.propertiesOf(path);
    if (properties === undefined) return { exitCode: 1, stderr: 'Unknown device' };
    return {
      ...done,
      stdout: Object.entries(properties)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    };
  }
  if (args[0] === 'trigger') {
    const action = args.find((arg) => arg.startsWith('--action='))?.slice(9) ?? 'change';
    const device = machine.deviceAt((args.at(-1) ?? '').replace('--name-match=', ''));
    if (device !== undefined) machine.udev.hear(action, device, { SYNTH_UUID: 'by-hand' });
  }
  return done;
}

function format(agent: AgentProcess, type: string, path: string): ToolResult {
  const { machine, laws } = agent.world;
  const device = machine.deviceAt(path);
  if (device === undefined) return { exitCode: 1, stderr: 'no such device' };
  laws.formats(device, type, agent);
  // None of them is forced: they refuse a signature by themselves.
  if (signaturesOf(device).length > 0) return { exitCode: 1, stderr: 'contains a file system' };
  const uuid = `made-by-agent-${machine.tick}`;
  device.volume.content = { kind: 'file-system', fileSystem: makeFileSystem(type, '', uuid, device.volume.sizeBytes) };
  agent.effect(`formatted ${device.name} as ${type}`);
  machine.udev.seeWritten(device);
  return done;
}

/** chattr(1) of a folder that is held open. */
function changeFlag(agent: AgentProcess, args: readonly string[]): ToolResult {
  const fd = Number(/\/fd\/(\d+)/.exec(args.at(-1) ?? '')?.[1]);
  const folder = agent.folders.get(fd);
  if (folder === undefined) return { exitCode: 1, stderr: 'no such folder' };
  const isImmutable = args[0] === '+i';
  if (isImmutable) agent.world.laws.assignments.protects(agent.handles.get(fd) ?? '', folder);
  const set = (value: boolean) => {
    folder.isImmutable = value;
  };
  if ((folder.isImmutable ?? false) === isImmutable) return done;
  set(isImmutable);
  agent.world.machine.volatile.push({ inFolder: folder, undo: () => set(!isImmutable) });
  agent.effect(`${isImmutable ? 'protected' : 'let go of'} ${agent.handles.get(fd)}`);
  return done;
}

/** blockdev(8). */
function setReadOnly(agent: AgentProcess, device: Device, isReadOnly: boolean): ToolResult {
  agent.world.laws.setsReadOnly(device, isReadOnly, agent);
  if (device.isSetReadOnly === isReadOnly) return done;
  device.isSetReadOnly = isReadOnly;
  agent.effect(`made ${device.name} ${isReadOnly ? 'read-only' : 'writable'}`);
  return done;
}

function signaturesOf({ volume: { content } }: Device): { offset: string; type: string }[] {
  switch (content.kind) {
    case 'file-system':
      return [{ offset: '0x438', type: content.fileSystem.type }];
    case 'signature':
      return [{ offset: '0x218', type: content.type }];
    case 'ambivalent':
      return [
        { offset: '0x438', type: 'ext4' },
        { offset: '0xff6', type: 'swap' },
      ];
    case 'member':
      return [{ offset: '0x0', type: content.assembly.kind }];
    case 'table':
      return [{ offset: '0x200', type: 'gpt' }];
    default:
      return [];
  }
}

function blkid(device: Device): ToolResult {
  const [first, ...others] = signaturesOf(device);
  if (others.length > 0) return { exitCode: 8 };
  return first === undefined ? { exitCode: 2 } : { ...done, stdout: `TYPE=${first.type}\n` };
}

function deviceOfDd(args: readonly string[]): string {
  return args.find((arg) => arg.startsWith('if='))?.slice(3) ?? '';
}

/** The superblock of an ext file system that no other machine can have: one without MMP, which is all that is read of it. */
function withoutMmp(): ToolResult {
  const start = Buffer.alloc(4096);
  start.writeUInt16LE(0xef53, 1024 + 0x38);
  return { ...done, stdout: start.toString('latin1') };
}

/** The kernel resizes no Btrfs to less than 256 MiB. */
export function leastGrownBytes(type: string): number {
  return type === 'btrfs' ? 256 * MIB : 0;
}

function grow(agent: AgentProcess, device: Device | undefined): ToolResult {
  if (device === undefined) return { exitCode: 1, stderr: 'not mounted' };
  agent.world.laws.grows(device, agent);
  const mounted = agent.world.machine.mountsOf(device).at(-1);
  if (mounted === undefined) return { exitCode: 1, stderr: 'please run e2fsck first' };
  const { sizeBytes } = device.volume;
  if (sizeBytes < leastGrownBytes(mounted.fileSystem.type)) return { exitCode: 1, stderr: 'Invalid argument' };
  if (sizeBytes <= mounted.fileSystem.sizeBytes) return done;
  mounted.fileSystem.sizeBytes = sizeBytes;
  agent.effect(`grew ${device.name}`);
  return done;
}

function hook(agent: AgentProcess, [program = '', ...args]: readonly string[]): ToolResult {
  const { machine, hooks } = agent.world;
  const name = program.split('/').at(-1) ?? '';
  const path = name === 'post-disk-attach' ? (args[2] ?? '') : (args[1] ?? '');
  hooks.push({ hook: name, mount: machine.mountAt(path)?.id });
  agent.effect(`hook ${name} ${args.join(' ')}`);
  return done;
}

function withDevice(agent: AgentProcess, args: readonly string[], act: (device: Device) => ToolResult): ToolResult {
  const device = agent.world.machine.deviceAt(args.at(-1) ?? '');
  return device === undefined ? { exitCode: 1, stderr: 'no such device' } : act(device);
}
