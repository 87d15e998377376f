import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const golden = 'test/golden/bootstrap';

/** The links that a family has for its resolver; version control keeps files only. */
const resolverLinks: Readonly<Record<string, string>> = {
  suse: '/run/netconfig/resolv.conf',
  arch: '/run/systemd/resolve/stub-resolv.conf',
};

/** The tree of an image of this family that waits for its first boot, with the configuration in it. */
export function imageTree(family: string): string {
  const root = mkdtempSync(join(tmpdir(), 'image-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  cpSync(join(golden, family, 'input'), root, { recursive: true });
  for (const folder of ['gandi', 'root', 'home', 'etc/systemd', 'var/lib'])
    mkdirSync(join(root, folder), { recursive: true });
  cpSync(join(golden, 'config.json'), join(root, 'gandi/config'));
  const target = resolverLinks[family];
  if (target !== undefined) symlinkSync(target, join(root, 'etc/resolv.conf'));
  return root;
}

// What the account tools leave: their locks, and the copies of the version before.
const leftByTools = /^etc\/(?:\.pwd\.lock|(?:passwd|shadow|group|gshadow|subuid|subgid)-)$/;

/** Every file, link and folder: mode, owner and content. The date of a password is that of the run, and left out. */
export function listTree(root: string, folder = ''): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const name of readdirSync(join(root, folder)).sort()) {
    const path = join(folder, name);
    if (leftByTools.test(path)) continue;
    entries[path] = describe(join(root, path));
    if (lstatSync(join(root, path)).isDirectory()) Object.assign(entries, listTree(root, path));
  }
  return entries;
}

function describe(place: string): string {
  const status = lstatSync(place);
  const owner = `${(status.mode & 0o7777).toString(8)} ${status.uid}:${status.gid}`;
  if (status.isDirectory()) return `${owner} folder`;
  if (status.isSymbolicLink()) return `link to ${readlinkSync(place)}`;
  const text = readFileSync(place, 'utf8');
  return `${owner} ${place.endsWith('/etc/shadow') ? text.replace(/^([^:]*:[^:]*):\d+/gm, '$1:DATE') : text}`;
}
