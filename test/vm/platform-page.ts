import { readFileSync } from 'node:fs';
import { shellWords } from '../../src/core/text/shell-words.ts';

/** What a page of docs/platforms has in blocks, as a reader copies it. */
export interface PlatformPage {
  /** The JSON of the configuration. */
  readonly config: string;
  /** Command lines of the host, those that end with a `\` joined. */
  readonly commands: readonly string[];
  /** Command lines of the guest, without their prompt. */
  readonly inGuest: readonly string[];
  /** What belongs into the flags file of the image. */
  readonly flags: string;
  /** Disks in the XML of libvirt. */
  readonly xmlDisks: readonly XmlDisk[];
}

export interface XmlDisk {
  readonly file: string;
  readonly format: string;
  readonly bus: string;
  readonly serial: string;
}

export function readPlatformPage(path: string): PlatformPage {
  const blocks = [...readFileSync(path, 'utf8').matchAll(/^```([^\n]*)\n(.*?)^```$/gms)];
  const textOf = (kind: string) => blocks.flatMap(([, found, text = '']) => (found === kind ? [text] : [])).join('');
  return {
    config: textOf('json payload'),
    commands: linesOf(textOf('sh').replaceAll('\\\n', ' ')),
    inGuest: linesOf(textOf('console')).map((line) => line.replace(/^# /, '')),
    flags: textOf('sh flags'),
    xmlDisks: [...textOf('xml').matchAll(/<disk .*?<\/disk>/gs)].map(([text]) => readXmlDisk(text)),
  };
}

/** The one command line of the page that starts with this word, as arguments of a program. */
export function argumentsOf({ commands }: PlatformPage, program: string): string[] {
  const found = commands.filter((line) => line.startsWith(`${program} `));
  if (found.length !== 1) throw new Error(`${found.length} commands of ${program}, and not one`);
  return shellWords(found[0] ?? '')?.slice(1) ?? [];
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function readXmlDisk(text: string): XmlDisk {
  const value = (pattern: RegExp) => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`no ${pattern} in ${text}`);
    return found;
  };
  return {
    file: value(/<source file='.*?([^/']+)'/),
    format: value(/<driver [^>]*type='(\w+)'/),
    bus: value(/<target [^>]*bus='(\w+)'/),
    serial: value(/<serial>([^<]+)<\/serial>/),
  };
}
