import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Terminal } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { UsageError } from '../../core/command/usage-error.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { silentJournal } from '../../core/system/journal.ts';
import { entriesOf, fileText, isFolder, makeOwnFolder, removeTree } from '../../core/system/own-tree.ts';
import { openSystem } from '../../core/system/system.ts';
import { bootImage, type GuestDescription } from '../image/boot-test/boot-image.ts';
import type { Firmware } from '../image/boot-test/guest-arguments.ts';
import { imageFormat } from '../image/inspect/image-format.ts';
import { readNumber } from './read-options.ts';

const firmwares = {
  bios: ['bios'],
  uefi: ['uefi'],
  'secure-boot': ['secure-boot'],
  both: ['bios', 'uefi'],
} as const satisfies Readonly<Record<string, readonly Firmware['kind'][]>>;

export const imageTestCommand = defineCommand({
  name: 'test',
  summary: 'start an image in a guest, and wait until its agent has configured it',
  details:
    'QEMU starts the image by its own boot loader and writes nothing to it. The guest has no network, and a drive that ' +
    'describes it: a NoCloud volume, your config-drive, or a swap disk with your payload. A command after boot reports what the agent did, on a ' +
    'virtio port of its own, and powers the guest off. Without virtualisation a start takes minutes.',
  options: {
    firmware: {
      description: 'what starts the disk',
      value: { hint: 'FIRMWARE', completion: Object.keys(firmwares) },
      default: 'both',
    },
    'config-drive': {
      description: 'a folder with openstack/latest; it is given to the guest as a config-drive',
      value: { hint: 'FOLDER', completion: 'folder' },
    },
    payload: {
      description: 'JSON of a configuration; it is given to the guest on a swap disk, as the platform does',
      value: { hint: 'FILE', completion: 'file' },
    },
    seconds: { description: 'how long each start may take', value: { hint: 'SECONDS' }, default: '900' },
    memory: { description: 'memory of the guest in MiB', value: { hint: 'MIB' }, default: '1024' },
    json: { description: 'print JSON for programs' },
  },
  operands: { image: { hint: 'IMAGE', description: 'an image that qemu-img knows', completion: 'file' } },
  examples: [
    { words: 'debian-12.qcow2', does: 'start this image under BIOS and under UEFI' },
    { words: '--firmware bios --payload web1.json debian-12.qcow2', does: 'start it with a payload' },
  ],
  run: async ({ image, firmware, 'config-drive': drive, payload, seconds, memory, json }, terminal) => {
    if (!isFirmware(firmware))
      throw new UsageError(`option --firmware needs bios, uefi, secure-boot or both, not '${firmware}'`);
    if (drive !== undefined && payload !== undefined)
      throw new UsageError('options --config-drive and --payload exclude each other');
    const system = openSystem('/', silentJournal);
    const description = await describe(drive, payload);
    const path = resolve(image);
    const format = await imageFormat(path, system);
    const folder = await makeOwnFolder(`${tmpdir()}/gandi-image-test.`);
    const results: Tried[] = [];
    try {
      for (const kind of firmwares[firmware]) {
        const { seconds: taken, report } = await bootImage(
          {
            image: path,
            format,
            firmware: kind,
            memoryMiB: readNumber('--memory', memory, 128, 1_000_000),
            seconds: readNumber('--seconds', seconds, 1, 86_400),
            description,
            folder: join(folder, kind),
          },
          system,
        );
        results.push({ firmware: kind, seconds: taken, status: report.status, report: asJson(report.text) });
        if (!json) show(results.at(-1), terminal);
      }
    } finally {
      await removeTree(folder);
    }
    if (json) terminal.json(results);
    return results.every(({ status }) => status === 0) ? ExitCode.done : ExitCode.stepFailed;
  },
});

interface Tried {
  readonly firmware: Firmware['kind'];
  readonly seconds: number;
  /** Of `gandi-agent status`. */
  readonly status: number;
  readonly report: unknown;
}

function isFirmware(text: string): text is keyof typeof firmwares {
  return Object.hasOwn(firmwares, text);
}

async function describe(drive: string | undefined, payload: string | undefined): Promise<GuestDescription> {
  if (payload !== undefined) return { kind: 'payload', config: await configOf(resolve(payload)) };
  return drive === undefined ? { kind: 'nocloud' } : { kind: 'config-drive', texts: await textsBelow(resolve(drive)) };
}

/** The agent of the image says what is wrong with it. @throws AgentError `image-test.no-payload` */
async function configOf(path: string): Promise<string> {
  const text = await fileText(path);
  if (text !== undefined && typeof asJson(text) === 'object') return text;
  throw new AgentError(text === undefined ? 'there is no such file' : 'it is not JSON of a configuration', {
    code: 'image-test.no-payload',
    subject: path,
    remedy: 'name the file that gandi-agent payload create takes for --config',
  });
}

function show(tried: Tried | undefined, terminal: Terminal): void {
  if (tried === undefined) return;
  const { firmware, seconds, status, report } = tried;
  const words = status === 0 ? 'its agent has configured it' : `gandi-agent status ends with ${status}`;
  terminal.out(`${firmware}: it started, and ${words} (${Math.round(seconds)} s)`);
  if (status !== 0) terminal.out(typeof report === 'string' ? report : JSON.stringify(report, undefined, 2));
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The texts of a folder by their paths below it. @throws AgentError `image-test.no-drive` */
async function textsBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  if (!(await isFolder(join(folder, 'openstack/latest'))))
    throw new AgentError('it has no folder openstack/latest', {
      code: 'image-test.no-drive',
      subject: folder,
      remedy: 'name the folder above openstack',
    });
  const found = new Map<string, string>();
  const walk = async (path: string): Promise<void> => {
    for (const { name, type } of await entriesOf(join(folder, path))) {
      const below = path === '' ? name : `${path}/${name}`;
      if (type === 'folder') await walk(below);
      else found.set(below, (await fileText(join(folder, below))) ?? '');
    }
  };
  await walk('');
  return found;
}
