// Mounts the disk argv[2] below a disk root of each kind that a local user may have had a hand in, and prints how each of
// it ended. To be run in a mount namespace of its own with an empty /run.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename } from 'node:path';

import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { type MountDisk, mountDisk } from '../../../../src/agent/disk/mount-disk.ts';
import { observeMounts } from '../../../../src/core/block-device/mounts.ts';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem, type System } from '../../../../src/core/system/system.ts';

/** How it ended. */
export interface Ending {
  /** Code of the error; null if it was mounted. */
  readonly code: string | null;
  readonly subject: string | null;
  /** Where the disk is mounted now. */
  readonly mounts: readonly string[];
  /** What is in the disk root. */
  readonly folders: readonly string[];
}

const [, , device = ''] = process.argv;
const user = 4321;
const system = openSystem('/', silentJournal);

const situations: Readonly<Record<string, () => Promise<Ending>>> = {
  'of a group': () => {
    mkdirSync('/run/srv');
    chownSync('/run/srv', 0, user);
    chmodSync('/run/srv', 0o775);
    return attempt('/run/srv', system);
  },
  'below a folder of a user': () => {
    mkdirSync('/run/home/srv', { recursive: true });
    chownSync('/run/home', user, user);
    return attempt('/run/home/srv', system);
  },
  "a user's link": () => {
    mkdirSync('/run/home');
    mkdirSync('/run/srv');
    symlinkSync('/run/srv', '/run/home/srv');
    chownSync('/run/home', user, user);
    return attempt('/run/home/srv', system);
  },
  "root's link": () => {
    mkdirSync('/run/real');
    symlinkSync('real', '/run/srv');
    return attempt('/run/srv', system);
  },
  missing: () => attempt('/run/srv', system),
  'a link as folder': () => {
    mkdirSync('/run/srv');
    mkdirSync('/run/victim');
    symlinkSync('/run/victim', '/run/srv/data');
    return attempt('/run/srv', system);
  },
  'files that came meanwhile': () => {
    mkdirSync('/run/srv/data/work', { recursive: true });
    return attempt('/run/srv', system);
  },
  'another folder by the time of the mount': () => {
    mkdirSync('/run/srv/data', { recursive: true });
    mkdirSync('/run/victim');
    return attempt('/run/srv', swapping(system));
  },
  'a mount that came meanwhile': () => attemptOverMount(false),
  'a mount that came meanwhile, where an admin assigned the disk': () => attemptOverMount(true),
};

const endings: Record<string, Ending> = {};
for (const [name, situation] of Object.entries(situations)) {
  for (const path of ['/run/srv', '/run/real', '/run/home', '/run/victim'])
    rmSync(path, { recursive: true, force: true });
  endings[name] = await situation();
  for (const path of endings[name].mounts) spawnSync('umount', [path]);
}
console.log(JSON.stringify(endings));

async function attempt(diskRoot: string, machine: System, protectsFolder = false): Promise<Ending> {
  const attribute = (name: string) => readFileSync(`/sys/block/${basename(device)}/${name}`, 'utf8').trim();
  const majorMinor = attribute('dev');
  const action: MountDisk = {
    ...{ kind: 'mount-disk', device, disk: device, diskSequence: Number(attribute('diskseq')), majorMinor },
    ...{
      fileSystem: 'ext4',
      mountPoint: `${diskRoot}/data`,
      options: ['rw', 'nosuid', 'nodev'],
      mustNotChange: false,
      protectsFolder,
    },
  };
  const error = await mountDisk(action, machine).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error !== undefined && !(error instanceof AgentError)) throw error;
  const mounts = (await observeMounts(system)).filter((mount) => mount.majorMinor === majorMinor);
  return {
    code: error?.code ?? null,
    subject: error?.subject ?? null,
    mounts: mounts.map(({ mountPoint }) => mountPoint),
    folders: await system.files.list(diskRoot),
  };
}

async function attemptOverMount(protectsFolder: boolean): Promise<Ending> {
  mkdirSync('/run/srv/data', { recursive: true });
  spawnSync('mount', ['-t', 'tmpfs', 'none', '/run/srv/data']);
  const ending = await attempt('/run/srv', system, protectsFolder);
  spawnSync('umount', ['/run/srv/data']);
  return ending;
}

/** Somebody puts a link where the folder was, right when mount(8) is started. */
function swapping(machine: System): System {
  const { processes } = machine;
  const run: typeof processes.run = async (tool, args, options) => {
    if (tool === 'flock') {
      renameSync('/run/srv/data', '/run/srv/away');
      symlinkSync('/run/victim', '/run/srv/data');
    }
    return processes.run(tool, args, options);
  };
  return { ...machine, processes: { ...processes, run } };
}
