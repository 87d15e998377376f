import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Ran } from './recorded-build.ts';

/** What the output of a run tells, in the words of the recordings. */
export interface Told {
  readonly hooks: readonly string[];
  readonly said: readonly string[];
  readonly elements: readonly string[] | undefined;
  readonly merged: readonly string[] | undefined;
  /** By phase. */
  readonly environments: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

export function toldBy(ran: Ran): Told {
  const marked = ran.lines.filter((line) => line.startsWith('@@ ')).map((line) => line.slice(3));
  const hidden = (line: string) =>
    line
      .replaceAll(ran.out, '$' + '{OUT}')
      .replaceAll(ran.folder, '$' + '{CASE}')
      .replaceAll(ran.common, '$' + '{COMMON}');
  const expanded = ran.lines.find((line) => line.startsWith('Expanded element dependencies to: '));
  const tree = marked.find((line) => line.startsWith('tree '));
  return {
    hooks: marked.flatMap((line) => hookIn(hidden(line))),
    said: marked
      .filter((line) => !/^(?:hook|packages|env|tree) /.test(line))
      .map((line) => hidden(line).replace(/ +/g, ' ').trim()),
    elements: expanded?.replace('Expanded element dependencies to: ', '').split(' ').sort(),
    merged: tree === undefined ? undefined : linesIn(tree).map((line) => line.trimEnd()),
    environments: new Map(
      marked
        .filter((line) => line.startsWith('env '))
        .map((line) => {
          const [, phase = '', text = ''] = line.split(' ');
          const variables = Buffer.from(text, 'base64').toString().split('\0').filter(Boolean);
          return [
            phase.replace(/\.d$/, ''),
            Object.fromEntries(
              variables.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
            ),
          ] as const;
        }),
    ),
  };
}

function hookIn(line: string): string[] {
  const hook = /^hook (\S+?)(?:\.d)? (\S+) (host|chroot) cwd=(.*) args=0$/.exec(line);
  if (hook !== null) return [`${hook[1]}/${hook[2]} ${hook[3]} ${hook[4]}`];
  if (!line.startsWith('packages ')) return [];
  const words = line.split(' ').slice(1);
  const names = words.filter((word) => !word.startsWith('-')).sort();
  return names.length === 0 ? [] : [['packages', ...(words.includes('-e') ? ['-e'] : []), ...names].join(' ')];
}

function linesIn(tree: string): string[] {
  return Buffer.from(tree.slice(5), 'base64').toString().split('\n').filter(Boolean);
}

/** Paths of all files below a folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

export interface Member {
  /** `kind mode uid:gid name`, with the target of a link. */
  readonly line: string;
  readonly name: string;
  readonly text: string | undefined;
  readonly seconds: number;
  readonly size: number;
  readonly attributes: readonly string[];
}

const kinds: Readonly<Record<string, string>> = {
  directory: 'd',
  file: 'f',
  symlink: 'l',
  link: 'h',
  'character-device': 'c',
  'block-device': 'b',
  fifo: 'p',
};

export async function membersOf(path: string): Promise<Member[]> {
  const members: Member[] = [];
  const reader = extract();
  const file = createReadStream(path);
  (path.endsWith('.tgz') ? file.pipe(createGunzip()) : file).pipe(reader);
  for await (const entry of reader) {
    const {
      type = 'file',
      name,
      mode = 0,
      uid,
      gid,
      linkname,
      mtime,
      pax,
      size = 0,
      devmajor,
      devminor,
    } = entry.header;
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    const shown = name.replace(/\/$/, '') || '.';
    const target = linkname ? ` -> ${linkname}` : type === 'character-device' ? ` ${devmajor},${devminor}` : '';
    members.push({
      line: `${kinds[type] ?? type} ${(mode & 0o7777).toString(8).padStart(4, '0')} ${uid}:${gid} ${shown}${target}`,
      name: shown,
      text: type === 'file' ? Buffer.concat(pieces).toString() : undefined,
      seconds: Math.floor((mtime?.getTime() ?? 0) / 1000),
      size: Number(size),
      attributes: Object.keys(pax ?? {}).flatMap((key) => /^SCHILY\.xattr\.(.*)$/.exec(key)?.[1] ?? []),
    });
  }
  return members;
}
