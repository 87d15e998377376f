// Has the agent mount the disk argv[3], which is the same image as argv[2], while that one is mounted, as a second machine
// would; prints how it ended. argv[4] is the options. To be run in a mount namespace of its own with an empty /run.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Action, kinds } from '../../../../src/agent/disk/actions.ts';
import { readDiskRecords, untouchedRecord, writeDiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import type { MountDisk } from '../../../../src/agent/disk/mount-disk.ts';
import { applySteps } from '../../../../src/agent/action/apply-steps.ts';
import { observeDiskOf } from '../../../../src/core/block-device/block-devices.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';

const [, , first = '', second = '', act = ''] = process.argv;
const system = openSystem('/', silentJournal);
const [block] = await observeDiskOf(system, basename(second));
if (block === undefined) throw new Error(`${second} is no block device`);

mkdirSync('/run/first');
execFileSync('mount', [first, '/run/first']);
execFileSync('sh', ['-c', 'echo data >/run/first/file && sync --file-system /run/first']);

const target = { device: second, disk: second, diskSequence: block.diskSequence };
const untouched = untouchedRecord(block);
const look = { kind: 'require-not-elsewhere', ...target, untouched } as const;
const mountWith = (options: readonly string[]): MountDisk => ({
  ...{ kind: 'mount-disk', ...target, majorMinor: block.majorMinor, fileSystem: 'ext4', mountPoint: '/run/srv/data' },
  ...{ options, mustNotChange: false, protectsFolder: false },
});
const acts: Readonly<Record<string, readonly Action[]>> = {
  write: [mountWith(['rw'])],
  read: [look, mountWith(['ro'])],
  check: [look, { kind: 'check-file-system', ...target }],
};
if (act === 'write') await writeDiskRecord(system, { ...untouched, isBeingMounted: true, mountPoint: '/run/srv/data' });
const [outcome] = await applySteps([{ name: act, actions: acts[act] ?? [] }], kinds, system);
const { failure } = outcome ?? {};
const [record] = await readDiskRecords(system);
console.log(
  JSON.stringify({
    code: failure instanceof AgentError ? failure.code : String(failure),
    refusal: record?.refusal,
    place: record?.mountPoint,
    held: record?.mountedElsewhere?.device,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(` ${second} `)),
    needsRecovery: execFileSync('dumpe2fs', ['-h', second], { encoding: 'utf8', stdio: 'pipe' }).includes(
      'needs_recovery',
    ),
    folders: await system.files.list('/run/srv'),
  }),
);
execFileSync('umount', ['/run/first']);
