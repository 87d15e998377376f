import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { readDiskNames } from '../../src/agent/disk/disk-names.ts';
import { readDiskRecords } from '../../src/agent/disk/disk-records.ts';
import { findClaim, parseFstab } from '../../src/agent/disk/fstab.ts';
import { mountName } from '../../src/agent/disk/mount-name.ts';
import { parseServices } from '../../src/agent/disk/mount-units.ts';
import { parseEvent, peekIntoSpool, readSpool } from '../../src/agent/event/spool.ts';
import { readTimeline } from '../../src/agent/event/timeline.ts';
import { parseAssignment } from '../../src/agent/assignment/parse-assignment.ts';
import { systemFolderOf } from '../../src/agent/assignment/system-folders.ts';
import { parseFlags } from '../../src/agent/flags/parse-flags.ts';
import { requestKinds } from '../../src/agent/flags/request-kinds.ts';
import { parseRequest } from '../../src/agent/host-request/request.ts';
import { handlerOf } from '../../src/agent/hotplug/handlers.ts';
import { parseGandiConfig } from '../../src/agent/machine-config/gandi-schema.ts';
import type { ParsedConfig } from '../../src/agent/machine-config/parsed-config.ts';
import { networkTools } from '../../src/agent/network-config/network-tools.ts';
import { driveSources } from '../../src/agent/sources/drives.ts';
import type { BlockDevice } from '../../src/core/block-device/block-devices.ts';
import {
  bootDisk,
  isMountedFrom,
  mountedDevice,
  observeSwaps,
  parseMountinfo,
  parseSwaps,
  sourceDevicePath,
} from '../../src/core/block-device/mounts.ts';
import { observeSignatures } from '../../src/core/block-device/signatures.ts';
import { observePartitionTable } from '../../src/core/block-device/partition-table.ts';
import { AgentError } from '../../src/core/error/agent-error.ts';
import { readPayloadArchive } from '../../src/core/payload/payload-archive.ts';
import { pipeThrough } from '../../src/core/system/pipe-through.ts';
import type { System } from '../../src/core/system/system.ts';
import { parseOsRelease } from '../../src/core/text/os-release.ts';
import { shellWords } from '../../src/core/text/shell-words.ts';
import { placed, placedNic } from '../unit/agent/network/nic-example.ts';
import { archiveOf, configText, memoryReader, withChecksum } from '../unit/agent/sources/archives.ts';
import { silentJournal } from '../../src/core/system/journal.ts';
import * as documents from './documents.ts';
import { anyWord, nearDocument, nearJson, nearText } from './mutations.ts';

/** One reader of text from outside, and what must hold whatever the text is. */
export interface Target {
  readonly name: string;
  /** How much of the time it gets: what has many branches gets more. */
  readonly share: number;
  readonly input: fc.Arbitrary<string>;
  /** @throws what breaks a promise; an AgentError is an answer */
  readonly read: (text: string) => unknown;
}

const nics = [placedNic('eth0', 2), placedNic('eth1', 3)];
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
const control = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/;

export const targets: readonly Target[] = [
  {
    name: 'request of the platform',
    share: 1,
    input: nearJson(...documents.hostRequests),
    read: (text) => {
      for (const allowed of [requestKinds, ['status'] as const, ['none'] as const]) {
        const request = parseRequest(text, allowed);
        if ('code' in request) continue;
        const kind = request.ask === 'thaw' ? 'freeze' : request.ask;
        if (!allowed.some((each) => each === kind)) throw new Error(`${request.ask} is not allowed`);
      }
    },
  },
  {
    name: 'payload',
    share: 4,
    input: nearJson(documents.payload, documents.payload, documents.sparsePayload),
    read: (text) => holds(parseGandiConfig(text)),
  },
  {
    name: 'config-drive',
    share: 5,
    input: fc
      .tuple(
        nearJson(documents.metaData, documents.sparseMetaData),
        fc.option(nearJson(documents.networkData, documents.sparseNetworkData)),
        nearJson(documents.vendorData),
        fc.option(nearJson(documents.networkData, documents.sparseNetworkData)),
        nearText(documents.interfacesText, documents.sparseInterfacesText),
      )
      .map(([meta, network, vendor, info, content]) =>
        JSON.stringify({
          'openstack/latest/meta_data.json': meta,
          'openstack/latest/vendor_data.json': vendor,
          'openstack/content/0000': content,
          ...(network === null ? {} : { 'openstack/latest/network_data.json': network }),
          ...(info === null ? {} : { 'openstack/latest/network_info.json': info }),
        }),
      ),
    read: readDrive('config-drive'),
  },
  {
    name: 'nocloud',
    share: 8,
    input: fc
      .tuple(
        nearDocument(documents.nocloudMetaData, documents.loneMetaData),
        fc.oneof(
          nearDocument(documents.networkV1, documents.networkV2, documents.sparseNetworkV1, documents.sparseNetworkV2),
          nearDocument({ network: documents.networkV2 }),
        ),
        fc.oneof(
          {
            weight: 6,
            arbitrary: nearDocument(documents.cloudConfig, documents.sparseCloudConfig).map(
              (each) => `#cloud-config\n${yaml(each)}`,
            ),
          },
          { weight: 1, arbitrary: nearText('#!/bin/sh\nid\n', '#cloud-config\na: b\n') },
        ),
        fc.option(anyWord),
      )
      .map(([meta, network, user, vendor]) =>
        JSON.stringify({
          'meta-data': yaml(meta),
          'network-config': yaml(network),
          'user-data': user,
          ...(vendor === null ? {} : { 'vendor-data': vendor }),
        }),
      ),
    read: readDrive('nocloud'),
  },
  { name: 'flags', share: 2, input: nearText(documents.flags), read: readFlags },
  { name: 'assignment', share: 1, input: nearText(documents.assignment), read: readAssignmentText },
  { name: 'spool', share: 2, input: nearText(documents.spooledEvent), read: readEvent },
  { name: 'mountinfo', share: 1, input: nearText(documents.mountinfo), read: readMounts },
  { name: 'swaps', share: 1, input: nearText(documents.swaps), read: parseSwaps },
  {
    name: 'fstab',
    share: 1,
    input: nearText(documents.fstab),
    read: (text) =>
      findClaim(parseFstab(Buffer.from(text)), {
        DEVNAME: '/dev/sdb',
        DEVLINKS: '/dev/disk/by-id/scsi-2',
        ID_FS_UUID: 'u',
        ID_FS_LABEL_ENC: 'my\\x20data',
        ID_PART_ENTRY_NAME: 'data',
      }),
  },
  {
    name: 'partition-table',
    share: 1,
    input: nearJson(documents.sfdiskAnswer),
    read: async (text) => {
      await observePartitionTable(withOutput(text), '/dev/sdb');
      await observeSignatures(withOutput(text), '/dev/sdb');
    },
  },
  {
    name: 'disk-name',
    share: 1,
    input: nearText('my\\x20data', 'data_2', '\\xc3\\xa9t\\xc3\\xa9', '-x', '.hidden'),
    read: readName,
  },
  {
    name: 'services',
    share: 1,
    input: nearText('web.service # mine\ndb\nx.timer\n'),
    read: (text) => parseServices(text).forEach(isUnitName),
  },
  {
    name: 'records',
    share: 1,
    input: nearJson({
      key: 'sdb@7',
      device: '/dev/sdb',
      majorMinor: '8:16',
      fileSystem: 'ext4',
      uuid: 'u',
      mountPoint: '/srv/a',
      filledBytes: 1,
      note: 'x',
    }),
    read: readRecords,
  },
  {
    name: 'os-release',
    share: 1,
    input: nearText('ID=debian\nVERSION_ID="12"\nID_LIKE=\'a b\'\n'),
    read: parseOsRelease,
  },
  { name: 'words', share: 1, input: nearText('a "b c" \'d\' e\\ f'), read: shellWords },
  { name: 'archive', share: 5, input: await nearArchive(), read: readArchive },
];

/** What holds of a configuration, whatever it says: it can be drawn, and no file gets a character that ends a line of it. */
function holds({ config, mistakes, warnings }: ParsedConfig): void {
  const { model } = placed(config.network, nics, true);
  for (const tool of networkTools) {
    for (const { path, content } of tool.render(model)) {
      if (control.test(path) || !path.startsWith('/etc/'))
        throw new Error(`${tool.name}: a file at ${JSON.stringify(path)}`);
      if (control.test(content)) throw new Error(`${tool.name}: a control character in ${path}`);
    }
  }
  const keys = [config.root, ...config.users].flatMap(({ sshKeys }) => sshKeys);
  if (keys.some((key) => control.test(key) || key.includes('\n'))) throw new Error('an ssh key of two lines');
  for (const { name } of config.users)
    if (!/^[a-z_][a-z0-9_-]*\$?$/i.test(name)) throw new Error(`a user called ${name}`);
  if (mistakes.some(({ problem }) => problem === '') || warnings.includes(''))
    throw new Error('a mistake without words');
}

function readDrive(name: string): Target['read'] {
  return async (text) => {
    const files = new Map<string, string>(Object.entries(JSON.parse(text)));
    const reader = await driveSources.find((source) => source.name === name)?.load();
    if (reader === undefined) throw new Error(`no source is called ${name}`);
    // The paths of a reader are its own: `openstack/latest/…` here, or without that folder.
    const known = new Map(
      [...files].map(([path, content]) => [
        reader.paths.find((own) => own.endsWith(path.split('/').at(-1) ?? path)) ?? path,
        content,
      ]),
    );
    holds(reader.parse(known));
  };
}

/** Which disk a mount is on is told by its line too. */
async function readMounts(text: string): Promise<void> {
  const system = withFile(text);
  const device = {
    path: '/dev/sdc',
    majorMinor: '8:16',
    name: 'sdc',
    links: [],
    parent: null,
    holders: [],
  } as unknown as BlockDevice;
  await observeSwaps(withFile(undefined));
  const mounts = parseMountinfo(text);
  bootDisk([device], mounts);
  for (const mount of mounts) {
    const path = await sourceDevicePath(system, mount);
    const isOnIt = isMountedFrom(mount, device);
    if (isOnIt !== (mountedDevice([device], mount) !== undefined)) throw new Error(`two answers about ${mount.source}`);
    if (path !== undefined && path === '') throw new Error('a device without a path');
  }
}

function readFlags(text: string): void {
  const { flags } = parseFlags(text);
  const { CONFIG_DISK_ROOT: root } = flags;
  if (!root.startsWith('/') || root.split('/').includes('..')) throw new Error(`a disk root ${root}`);
}

function readAssignmentText(text: string): void {
  const read = parseAssignment('/etc/gandi/disks.d/db.conf', text, () => ({ uid: 0, gid: 0 }));
  const said = JSON.stringify(read.kind === 'valid' ? read.assignment : read.mistaken.mistakes);
  if (/\\u00[01]|\\[bfnrt]/.test(said.replaceAll('\\\\', ''))) throw new Error(`a control character in ${said}`);
  if (read.kind === 'mistaken' && read.mistaken.mistakes.length === 0) throw new Error('mistaken without a mistake');
  if (read.kind === 'mistaken') return;
  const { path, selectors, options = '' } = read.assignment;
  if (!path.startsWith('/') || systemFolderOf(path) !== undefined) throw new Error(`a path ${path}`);
  if (Object.keys(selectors).length === 0) throw new Error('a file that names no disk');
  if (/(?:^|,)(?:suid|dev|loop|bind)/.test(options)) throw new Error(`options ${options}`);
}

async function readEvent(text: string): Promise<void> {
  const waiting = await readSpool(withFile(text));
  if (waiting.length !== (await peekIntoSpool(withFile(text))).length) throw new Error('two looks see not the same');
  await readSpool(withFile(text), waiting);
  const event = parseEvent('1-disk', text);
  if (event === undefined) return;
  if (Object.getPrototypeOf(event.properties) !== null) throw new Error('properties with a prototype');
  handlerOf(event).lanes(event);
}

function readName(text: string): void {
  const name = mountName({ encodedLabel: text, serial: text, kernelName: 'sdb' });
  const isSafe = name !== '' && !/^[.-]|[/\s]/u.test(name) && !unprintable.test(name) && Buffer.byteLength(name) <= 120;
  if (!isSafe) throw new Error(`a folder called ${JSON.stringify(name)}`);
}

function isUnitName(name: string): void {
  if (/[\s\0/]|^-/.test(name)) throw new Error(`a unit called ${JSON.stringify(name)}`);
}

async function readRecords(text: string): Promise<void> {
  await readDiskRecords(withFile(undefined));
  await readDiskNames(withFile(undefined));
  const system = withFile(text);
  await readDiskRecords(system);
  await readTimeline(system);
  for (const { name } of (await readDiskNames(system)).values()) if (name === '') throw new Error('an empty name');
}

async function readArchive(text: string): Promise<void> {
  const archive = await readPayloadArchive(memoryReader(Buffer.from(text, 'latin1'), 4096), { pipe: pipeThrough }, 0);
  for (const { name } of archive?.members ?? []) {
    if (!/^gandi(\/|$)/.test(name) || name.split('/').includes('..')) throw new Error(`a member called ${name}`);
  }
}

/** A tar archive with bytes, blocks and headers changed, packed at times; as latin1, one character a byte. */
async function nearArchive(): Promise<fc.Arbitrary<string>> {
  const whole = await archiveOf([
    { name: 'gandi/', type: 'directory' },
    { name: 'gandi/config', content: configText },
    { name: `gandi/${'long'.repeat(40)}/\u00e9`, content: 'x' },
    { name: 'gandi/script', content: '#!/bin/sh\n' },
  ]);
  const field = fc.constantFrom(
    [0, '../x'],
    [0, '/etc/'],
    [0, 'gandi/../x'],
    [100, '0004755'],
    [124, '77777777777'],
    [124, '-0000000012'],
    [156, 'x'],
    [156, 'L'],
    [156, '2'],
    [156, 'S'],
    [257, 'GNUtar'],
    [345, '..'],
    [124, '00000000005'],
    [0, 'gandi\n'],
  ) as fc.Arbitrary<[number, string]>;
  const change = fc.record({
    block: fc.nat(40),
    how: fc.constantFrom('field', 'field', 'byte', 'cut', 'drop', 'twice'),
    field,
    byte: fc.nat(511),
    to: fc.nat(255),
    isForged: fc.boolean(),
  });
  return fc
    .tuple(fc.array(change, { maxLength: 4 }), fc.constantFrom('none', 'none', 'none', 'gzip'))
    .map(([changes, packing]) => {
      const bytes = changes.reduce<Buffer>((before, { block, how, field: [at, put], byte, to, isForged }) => {
        const start = (block % Math.max(1, Math.floor(before.length / 512))) * 512;
        const rest = before.subarray(start + 512);
        if (how === 'cut') return before.subarray(0, start + byte);
        if (how === 'drop') return Buffer.concat([before.subarray(0, start), rest]);
        if (how === 'twice') return Buffer.concat([before.subarray(0, start + 512), before.subarray(start)]);
        const changed = Buffer.from(before.subarray(start, start + 512));
        if (changed.length < 512) return before;
        if (how === 'byte') changed[byte] = to;
        else changed.write(put, at, 'latin1');
        return Buffer.concat([before.subarray(0, start), isForged ? withChecksum(changed) : changed, rest]);
      }, Buffer.from(whole));
      return (packing === 'gzip' ? gzipSync(bytes) : bytes).toString('latin1');
    });
}

function yaml(value: unknown): string {
  return stringify(value) ?? '';
}

/** A machine on which every program says this, and fails where it says nothing; its disks have a second table at times. */
function withOutput(stdout: string): System {
  const read = async (buffer: Buffer) => {
    buffer[446 + 4] = 0xee;
    buffer[446 + 16 + 4] = stdout.length % 2 === 0 ? 0 : 0x83;
    return { buffer, bytesRead: 512 };
  };
  const run = async () => {
    if (stdout === '') throw new AgentError('failed', { code: 'process.failed', subject: 'sfdisk', remedy: 'none' });
    return { exitCode: 0, stdout, stderr: 'The backup GPT table is corrupt\n' };
  };
  return {
    processes: { run },
    files: { open: async () => ({ read, [Symbol.asyncDispose]: async () => undefined }) },
  } as unknown as System;
}

function withFile(text: string | undefined): System {
  const files = {
    read: async () => text,
    remove: async () => undefined,
    linkTarget: async () => (text ? `../../block/${text.slice(0, 20)}` : undefined),
    list: async () => ['a.json', '..', 'sdb@1.json', 'cafe'],
    status: async () => undefined,
  };
  return { files, journal: silentJournal } as unknown as System;
}
