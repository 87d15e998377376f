import type { System } from '../../core/system/system.ts';

/** CPUs and memory of the machine, as Linux Documentation/ABI/testing/sysfs-devices-system-cpu and -memory show them. */
export interface CpusAndMemory {
  /** Numbers of CPUs that are there and not used. */
  readonly offlineCpus: readonly number[];
  /** How many CPUs are in use. */
  readonly onlineCpus: number;
  /** Bytes of memory that is there and not used. */
  readonly offlineBytes: number;
  /** Bytes that the platform lets a Xen guest have and that it has not taken; 0 on other platforms. */
  readonly ballooningBytes: number;
}

const cpuFolder = '/sys/devices/system/cpu';
const memoryFolder = '/sys/devices/system/memory';
const xenFolder = '/sys/devices/system/xen_memory/xen_memory0';

export async function observeCpusAndMemory(system: System): Promise<CpusAndMemory> {
  const online = new Set(parseCpuList(await read(system, `${cpuFolder}/online`)));
  const present = parseCpuList(await read(system, `${cpuFolder}/present`));
  return {
    offlineCpus: present.filter((cpu) => !online.has(cpu)),
    onlineCpus: online.size,
    offlineBytes: await countOfflineBytes(system),
    ballooningBytes: await countBallooningBytes(system),
  };
}

/** How many CPUs are in use, without a look at each block of memory. */
export async function observeOnlineCpus(system: System): Promise<number> {
  return parseCpuList(await read(system, `${cpuFolder}/online`)).length;
}

/** `0-2,4`, as the kernel writes sets of CPUs. */
function parseCpuList(text: string): number[] {
  return text.split(',').flatMap((range) => {
    const [first = '', last = first] = range.split('-');
    if (first === '') return [];
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
  });
}

async function countOfflineBytes(system: System): Promise<number> {
  const names = (await system.files.list(memoryFolder)).filter((name) => /^memory\d+$/.test(name));
  const states = await Promise.all(names.map((name) => read(system, `${memoryFolder}/${name}/state`)));
  const blockBytes = Number.parseInt((await read(system, `${memoryFolder}/block_size_bytes`)) || '0', 16);
  return states.filter((state) => state === 'offline').length * blockBytes;
}

/** Documentation/ABI/stable/sysfs-devices-system-xen_memory. */
async function countBallooningBytes(system: System): Promise<number> {
  const target = Number((await read(system, `${xenFolder}/target_kb`)) || 0);
  const current = Number((await read(system, `${xenFolder}/info/current_kb`)) || target);
  return Math.max(0, target - current) * 1024;
}

async function read({ files }: System, path: string): Promise<string> {
  return ((await files.read(path).catch(() => undefined)) ?? '').trim();
}
