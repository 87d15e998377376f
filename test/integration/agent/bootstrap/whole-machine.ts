import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { attachLoopDisk, type LoopDisk, payloadOffset, writeAt } from '../action/loop-disk.ts';
import { golden, listTree } from './image-tree.ts';

const agent = join(import.meta.dirname, '../../../../dist/gandi-agent');
const project = join(import.meta.dirname, '../../../..');

/**
 * This machine's own programs over the accounts and files of a Debian image, with a disk that brought a payload: all
 * that a first boot changes lies in a folder of its own, and the kernel's host name and links are those of a namespace.
 */
export interface WholeMachine {
  readonly root: string;
  readonly disk: LoopDisk;
  /** Runs `bootstrap` in it, in a process of its own. @returns its exit status; null where a signal ended it */
  bootstrap(tracer?: readonly string[]): number | null;
  /** Every file, link and folder that differs from the image, without the date of the record. */
  changes(): Record<string, string>;
  /** Whether the disk is in use as swap. */
  swaps(): boolean;
  end(): void;
}

/** @param payload the archive that the disk carries */
export function startMachine(payload: Uint8Array, sizeMebibytes = 16): WholeMachine {
  const folder = mkdtempSync(join(tmpdir(), 'whole-machine-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'none', folder]);
  const [image, upper, work, root] = ['image', 'upper', 'work', 'root'].map((name) => {
    const path = join(folder, name);
    mkdirSync(path, { mode: 0o755 });
    return path;
  }) as [string, string, string, string];
  const disk = attachLoopDisk((device) => writeAt(device, payloadOffset, payload), sizeMebibytes);
  makeImage(image, disk.path);
  execFileSync('mount', ['-t', 'overlay', '-o', `lowerdir=${image}:/,upperdir=${upper},workdir=${work}`, 'none', root]);
  for (const path of ['/dev', '/proc', '/sys', project]) {
    mkdirSync(join(root, path), { recursive: true });
    execFileSync('mount', ['--rbind', path, join(root, path)]);
    execFileSync('mount', ['--make-rslave', join(root, path)]);
  }
  const before = listTree(upper);
  let isThere = true;
  const end = () => {
    if (!isThere) return;
    isThere = false;
    spawnSync('swapoff', [disk.path]);
    disk.discard();
    spawnSync('umount', ['--recursive', root]);
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  onTestFinished(end);
  return {
    root,
    disk,
    bootstrap: (tracer = []) => {
      const inside = ['unshare', '--uts', '--net', 'chroot', root, ...tracer, agent, 'bootstrap'];
      const [tool = '', ...args] = inside;
      return spawnSync(tool, args, { env: { ...process.env, UV_THREADPOOL_SIZE: '1' }, encoding: 'utf8' }).status;
    },
    changes: () => differences(listTree(upper), before),
    swaps: () => execFileSync('swapon', ['--show=NAME', '--noheadings'], { encoding: 'utf8' }).includes(disk.path),
    end,
  };
}

/** What a Debian image holds before its first boot; the rest is this machine's. */
function makeImage(image: string, swapDevice: string): void {
  cpSync(join(golden, 'debian/input'), image, { recursive: true });
  for (const path of ['root', 'home', 'gandi', 'tmp', 'run', 'var/lib', 'etc/network/interfaces.d', 'etc/ssh'])
    mkdirSync(join(image, path), { recursive: true });
  rmSync(join(image, 'gandi'), { recursive: true });
  mkdirSync(join(image, 'etc/default'), { recursive: true });
  // The kernel's settings and the disk of this machine are no namespace's.
  const flags = ['CONFIG_SYSCTL=0', 'CONFIG_GROW_ROOT=0', 'CONFIG_HOST_KEYS=0', `CONFIG_SWAP_DEVICE=${swapDevice}`];
  writeFileSync(join(image, 'etc/default/gandi'), `${flags.join('\n')}\n`);
  chmodSync(join(image, 'root'), 0o700);
}

function differences(now: Record<string, string>, before: Record<string, string>): Record<string, string> {
  const changed = Object.entries(now).filter(([path, content]) => before[path] !== content);
  return Object.fromEntries(changed.map(([path, content]) => [path, withoutMoment(content)]));
}

/** The record names the moment, and the loop device with a number that every attachment has again. */
function withoutMoment(content: string): string {
  return content
    .replace(/"appliedAt": ?"[^"]*"/, '"appliedAt":"NOW"')
    .replace(/"diskSequence": ?\d+/, '"diskSequence":N')
    .replace(/"disk": ?"loop\d+"/, '"disk":"loopN"');
}
