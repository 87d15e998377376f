import { posix } from 'node:path';
import type { Pipe } from '../system/processes.ts';
import { type PayloadErrorCode, payloadError } from './payload-error.ts';
import { skipPadding } from './payload-medium.ts';
import { type MemberHeader, packingOf, quote } from './payload-members.ts';
import { readTarMembers } from './tar-members.ts';
import { type TarLimits, walkTar } from './tar-walk.ts';
import { unpack } from './unpack.ts';

/** Where the tree of modules goes; every path is plain and relative to its top. */
export interface ModulesSink {
  folder(path: string): Promise<void>;
  file(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  link(path: string, target: string): Promise<void>;
}

/** With pax each member has two headers. */
const limits: TarLimits = { members: 50_000, overhead: 128 * 1024 ** 2 };
/** Bytes of all files, unpacked. */
const maximalTotal = 2 * 1024 ** 3;
const maximalPathLength = 1024;

/**
 * Reads an archive of kernel modules as it comes, packed as its name says, in bounded memory. Links are handed on
 * after everything else, so that nothing is ever written through one.
 * @param name `gandi/6.1.0-1-amd64-modules.tar.gz`
 * @param release whose modules are taken; what the archive holds beside them (`boot/`) is left out
 * @throws AgentError `payload.*` as docs/payload.md lists them, and what the sink throws
 */
export async function readModulesArchive(
  packed: AsyncIterable<Uint8Array>,
  { name, release, subject }: { readonly name: string; readonly release: string; readonly subject: string },
  sink: ModulesSink,
  pipe: Pipe,
): Promise<void> {
  const { chunks } = unpack(packingOf(name), packed, pipe, subject);
  const links = new Map<string, string>();
  const gate = openModulesGate(release, subject);
  try {
    await readTarMembers(
      walkTar(chunks, limits, subject),
      async (header, content) => {
        const path = gate(header);
        if (path === undefined) return;
        if (header.type === 'directory') return await sink.folder(path);
        if (header.type === 'symlink') return void links.set(path, header.linkname ?? '');
        await sink.folder(posix.dirname(path));
        await sink.file(path, content);
      },
      subject,
    );
    await skipPadding(chunks, subject);
  } finally {
    await chunks.return(undefined);
  }
  const throughLink = [...links.keys()].find((path) => ancestorsOf(path).some((above) => links.has(above)));
  if (throughLink !== undefined) {
    throw payloadError(
      'payload.link',
      subject,
      `cannot install the kernel modules: ${quote(throughLink)} lies in a link`,
    );
  }
  for (const [path, target] of links) {
    await sink.folder(posix.dirname(path));
    await sink.link(path, target);
  }
}

/** Judges one member after the other: its path in the tree, undefined for what is left out. */
function openModulesGate(release: string, subject: string): (header: MemberHeader) => string | undefined {
  const seen = new Set<string>();
  let total = 0;
  const refuse = (code: PayloadErrorCode, problem: string): never => {
    throw payloadError(code, subject, `cannot install the kernel modules: ${problem}`);
  };
  return (header) => {
    total += header.size ?? 0;
    if (total > maximalTotal) refuse('payload.too-large', 'larger than 2 GiB');
    const named = quote(header.name);
    const parts = partsOf(header.name);
    if (parts === undefined) return refuse('payload.unsafe-path', `${named} is not a plain path`);
    const path = pathInTree(parts, release);
    if (path === 'outside') return refuse('payload.unsafe-path', `${named} is not in the tree of ${release}`);
    if (path === undefined || isBuildLink(header, path)) return undefined;
    const objection = objectionTo(header, path);
    if (objection !== undefined) return refuse(objection.code, `${named} ${objection.problem}`);
    if (header.type !== 'directory' && seen.has(path)) return refuse('payload.duplicate', `${named} is there twice`);
    seen.add(path);
    return path;
  };
}

/** Components of a relative path; undefined for one that climbs, or holds what no module is called. */
function partsOf(name: string): string[] | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (name.length > maximalPathLength || /[\u0000-\u001f\u007f-\u009f\ufffd]/.test(name)) return undefined;
  const parts = name
    .replace(/^\.(?:\/|$)/, '')
    .replace(/\/$/, '')
    .split('/');
  if (parts.length === 1 && parts[0] === '') return [];
  return parts.every((part) => part !== '' && part !== '.' && part !== '..') ? parts : undefined;
}

/** Where modules lie in archives that were made in `/`, in `/usr` or in the folder of all releases. */
const prefixes = [['usr', 'lib', 'modules'], ['lib', 'modules'], []] as const;

/** @returns undefined for the folders above the tree, and for the kernel that may come with it */
function pathInTree(parts: readonly string[], release: string): string | undefined {
  if (parts[0] === 'boot') return undefined;
  for (const prefix of prefixes) {
    const top = [...prefix, release];
    const isBelow = top.every((part, index) => parts[index] === part);
    if (isBelow) return parts.slice(top.length).join('/') || '.';
    const isAbove = parts.length < top.length && parts.every((part, index) => top[index] === part);
    if (isAbove) return undefined;
  }
  return 'outside';
}

/** `build` and `source` lead to the folder in which the kernel was built, which is on another machine. */
function isBuildLink({ type }: MemberHeader, path: string): boolean {
  return type === 'symlink' && (path === 'build' || path === 'source');
}

interface Objection {
  readonly code: PayloadErrorCode;
  /** What the member is, after its name. */
  readonly problem: string;
}

function objectionTo(header: MemberHeader, path: string): Objection | undefined {
  const { type } = header;
  if (type === 'symlink') return objectionToLink(path, header.linkname ?? '');
  if (type === 'link') return { code: 'payload.link', problem: 'is a hard link' };
  if (type === 'character-device' || type === 'block-device' || type === 'fifo') {
    return { code: 'payload.device', problem: `is a ${type}` };
  }
  if (Object.keys(header.pax ?? {}).some((key) => key.startsWith('GNU.sparse.'))) {
    return { code: 'payload.unsupported-type', problem: 'is a sparse file' };
  }
  if (type === 'directory') return undefined;
  if (type !== 'file') return { code: 'payload.unsupported-type', problem: 'is of an unknown type' };
  return objectionToFile(path, header.mode ?? 0);
}

function objectionToLink(path: string, target: string): Objection | undefined {
  if (path !== '.' && !leavesTree(path, target)) return undefined;
  return { code: 'payload.link', problem: 'is a link that leaves the tree' };
}

function objectionToFile(path: string, mode: number): Objection | undefined {
  if (path === '.') return { code: 'payload.damaged', problem: 'is a file and not a folder' };
  if ((mode & 0o6000) !== 0) return { code: 'payload.setuid', problem: 'has set-user-ID bits' };
  return undefined;
}

/** `..` counts only at the start of a target: behind another link it would lead elsewhere than the text says. */
function leavesTree(path: string, target: string): boolean {
  const parts = target.split('/');
  const climbs = parts.findIndex((part) => part !== '..');
  const depth = path.split('/').length - 1;
  return climbs === -1 || climbs > depth || parts.slice(climbs).some((part) => ['', '.', '..'].includes(part));
}

function ancestorsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
