import { type PayloadErrorCode, payloadError } from './payload-error.ts';
import type { TarLimits } from './tar-walk.ts';
import type { Packing } from './unpack.ts';

export type MemberRole = 'folder' | 'config' | 'script' | 'init' | 'modules' | 'unknown';

export interface PayloadMember {
  readonly name: string;
  readonly role: MemberRole;
  /** Bytes. */
  readonly size: number;
}

/** A member's header as the tar parser gives it. */
export interface MemberHeader {
  readonly name: string;
  readonly type?: string | null | undefined;
  readonly linkname?: string | null | undefined;
  readonly mode?: number | undefined;
  readonly size?: number | undefined;
  readonly pax?: Readonly<Record<string, string>> | null;
}

const mebibyte = 1024 * 1024;
const maximalNameLength = 255;
/** Of a whole payload; those of an archive of modules in it are its own. */
export const payloadLimits: TarLimits = { members: 64, overhead: mebibyte };
/** Of a whole payload, by what its members are for. Only modules are streamed, all else is held in memory. */
const maximalTotal = { config: mebibyte, modules: 2048 * mebibyte, rest: 64 * mebibyte };

const refusedTypes: Readonly<Record<string, PayloadErrorCode>> = {
  link: 'payload.link',
  symlink: 'payload.link',
  'character-device': 'payload.device',
  'block-device': 'payload.device',
  fifo: 'payload.device',
};

/** Takes or refuses members one after the other; knows those before, for doubles and sums. */
export interface MemberGate {
  /** @throws AgentError with the code of the row in docs/payload.md, before anything of the content is read */
  admit(header: MemberHeader): PayloadMember;
}

export function openMemberGate(subject: string): MemberGate {
  const seen = new Set<string>();
  const totals = { config: 0, modules: 0, rest: 0 };
  const refuse = (code: PayloadErrorCode, problem: string) => {
    throw payloadError(code, subject, `cannot use the payload: ${problem}`);
  };
  const admit = (header: MemberHeader): PayloadMember => {
    const named = `member ${quote(header.name)}`;
    const objection = objectionTo(header);
    if (objection !== undefined) refuse(objection.code, `${named} ${objection.problem}`);
    const member = { name: header.name, role: roleOf(header), size: header.size ?? 0 };
    // `gandi` and `gandi/` are one folder.
    const key = header.name.replace(/\/$/, '');
    if (seen.has(key)) refuse('payload.duplicate', `${named} is there twice`);
    seen.add(key);
    const sum = member.role === 'config' || member.role === 'modules' ? member.role : 'rest';
    totals[sum] += member.size;
    if (totals[sum] > maximalTotal[sum]) refuse('payload.too-large', `${named} is larger than a payload may be`);
    return member;
  };
  return { admit };
}

/** A name with everything escaped that could move a cursor or start a line. */
export function quote(name: string): string {
  return JSON.stringify(name.slice(0, maximalNameLength)).replace(/[^\x20-\x7e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function objectionTo(header: MemberHeader): { code: PayloadErrorCode; problem: string } | undefined {
  const { name, type, mode = 0 } = header;
  const refused = refusedTypes[type ?? ''];
  const isSparse = Object.keys(header.pax ?? {}).some((key) => key.startsWith('GNU.sparse.'));
  if (!isSafeName(name)) return { code: 'payload.unsafe-path', problem: 'is not a plain path inside gandi/' };
  if (refused !== undefined) return { code: refused, problem: `is a ${type} and not a file` };
  if ((type !== 'file' && type !== 'directory') || isSparse) {
    return { code: 'payload.unsupported-type', problem: `is ${isSparse ? 'a sparse file' : 'of an unknown type'}` };
  }
  if (type === 'file' && (mode & 0o6000) !== 0) return { code: 'payload.setuid', problem: 'has set-user-ID bits' };
  return undefined;
}

function isSafeName(name: string): boolean {
  const [top, ...parts] = name.replace(/\/$/, '').split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (name.length > maximalNameLength || /[\u0000-\u001f\u007f-\u009f\ufffd]/.test(name)) return false;
  return top === 'gandi' && parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

function roleOf({ name, type }: MemberHeader): MemberRole {
  if (type === 'directory') return name === 'gandi' || name === 'gandi/' ? 'folder' : 'unknown';
  if (name === 'gandi/config') return 'config';
  if (name === 'gandi/script') return 'script';
  if (name === 'gandi/init') return 'init';
  return isModulesName(name.slice('gandi/'.length)) ? 'modules' : 'unknown';
}

const modulesName = /^([A-Za-z0-9][A-Za-z0-9._+~-]*)-modules\.tar\.(gz|bz2|xz|zst)$/;

/** `<kernel release>-modules.tar.gz`, or with another of the usual compressions. */
export function isModulesName(name: string): boolean {
  return modulesName.test(name);
}

/** The kernel release in the name of modules, which `isModulesName` accepts. */
export function releaseOf(name: string): string {
  return modulesName.exec(name.slice(name.indexOf('/') + 1))?.[1] ?? '';
}

const packings: Readonly<Record<string, Packing>> = { gz: 'gzip', bz2: 'bzip2', xz: 'xz', zst: 'zstd' };

/** How such modules are packed: their name says it. */
export function packingOf(name: string): Packing {
  return packings[modulesName.exec(name.slice(name.indexOf('/') + 1))?.[2] ?? ''] ?? 'gzip';
}
