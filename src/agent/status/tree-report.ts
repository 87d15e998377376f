import { z } from 'zod';
import { describeError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { version } from '../../core/version.ts';
import { readConfigRecord } from '../config/config-record.ts';
import { readDiskNames } from '../disk/disk-names.ts';
import { observeServices } from '../facts/services.ts';
import { parseFlags } from '../flags/parse-flags.ts';
import { flagFiles } from '../flags/read-flags.ts';
import { observeNetworkFiles } from '../network/network-tool.ts';
import { readNetworkTrial } from '../network/network-trial.ts';
import { type PostbootPart, readPostbootRecord } from '../postboot/postboot-record.ts';
import { isDriveRecorded, readDriveRecord } from '../sources/drive-record.ts';
import { payloadPath } from '../sources/stored-config.ts';
import { readAppliedRecord } from '../swap-disk/applied-record.ts';

const parts = ['script', 'run'] as const;

/** What `gandi-agent status --root DIR --json` prints. New keys may come, none goes. */
export const treeReportSchema = z
  .object({
    version: z.literal(1),
    agent: z.string().describe('version of the agent that looks'),
    root: z.string().describe('where the root of the system is seen from here'),
    host: z.string().nullable().describe('/etc/hostname'),
    enabled: z.array(z.string()).describe('services of the agent that start at boot'),
    flagFile: z.string().nullable(),
    flags: z.record(z.string(), z.string()).describe('those that are not as shipped'),
    payload: z
      .object({
        appliedAt: z.string(),
        disk: z.string().describe('the swap disk that it was on'),
        isConsumed: z.boolean().describe('its area on the swap disk was wiped'),
      })
      .nullable()
      .describe('the newest payload that was applied'),
    drive: z
      .string()
      .nullable()
      .describe('kind of the drive that was applied last; `unknown` where its record is damaged'),
    hasConfiguration: z.boolean().describe(`${payloadPath} is there`),
    configSteps: z.array(z.string()).describe('steps of `config` that were done'),
    postboot: z
      .array(
        z.object({
          part: z.enum(parts),
          startedAt: z.string(),
          endedAt: z.string().nullable().describe('null where the machine stopped meanwhile; it is not run again'),
          exitCode: z.number().nullable(),
        }),
      )
      .describe("what of the customer's code was started"),
    network: z.object({
      tool: z.string().nullable().describe('null where the agent knows none that is installed and enabled'),
      files: z.array(z.object({ path: z.string(), isOurs: z.boolean() })),
      onTrial: z.boolean().describe('a change has not yet shown that it works; the next boot checks it'),
    }),
    diskNames: z
      .array(z.object({ uuid: z.string(), name: z.string(), serial: z.string().nullable() }))
      .describe('folders that file systems have, the first one first'),
    unreadable: z.array(z.string()).describe('records that are there and cannot be read, one sentence each'),
  })
  .describe('what the files of a system that does not run tell of the agent');

export type TreeReport = z.infer<typeof treeReportSchema>;

/** Reads the records that stay over a reboot; what a boot did is in /run, and gone with it. Nothing of the tree is run. */
export async function readTreeReport(system: System): Promise<TreeReport> {
  const unreadable: string[] = [];
  const told = <T>(read: Promise<T | undefined>): Promise<T | undefined> =>
    read.catch((error: unknown) => void unreadable.push(describeError(error)));
  const applied = await told(readAppliedRecord(system));
  const postboot = await told(readPostbootRecord(system));
  const trial = await told(readNetworkTrial(system));
  const { tool, files } = await observeNetworkFiles(system);
  return {
    version: 1,
    agent: version,
    root: system.root,
    host: (await system.files.read('/etc/hostname'))?.trim() || null,
    enabled: await observeEnabled(system),
    ...(await readChangedFlags(system)),
    payload:
      applied === undefined
        ? null
        : { appliedAt: applied.appliedAt, disk: applied.payload.disk, isConsumed: applied.consumed },
    drive: await observeDrive(system),
    hasConfiguration: (await system.files.status(payloadPath)) !== undefined,
    configSteps: Object.keys(await readConfigRecord(system)),
    postboot: parts.flatMap((name) => describePart(name, postboot?.parts[name])),
    network: {
      tool: tool?.name ?? null,
      files: files.map(({ path, isOurs }) => ({ path, isOurs })),
      onTrial: trial !== undefined,
    },
    diskNames: await observeDiskNames(system),
    unreadable,
  };
}

async function observeEnabled(system: System): Promise<string[]> {
  const { enabled, masked } = await observeServices(system);
  return [...enabled].filter((name) => name.startsWith('gandi-') && !masked.has(name)).sort();
}

async function readChangedFlags({ files }: System): Promise<Pick<TreeReport, 'flagFile' | 'flags'>> {
  const texts = await Promise.all(flagFiles.map(async (path) => ({ path, text: await files.read(path) })));
  const found = texts.find(({ text }) => text !== undefined);
  const shipped: Readonly<Record<string, unknown>> = parseFlags('').flags;
  const own = Object.entries(parseFlags(found?.text ?? '').flags).filter(
    ([name, value]) => !isSame(value, shipped[name]),
  );
  return {
    flagFile: found?.path ?? null,
    flags: Object.fromEntries(own.map(([name, value]) => [name, wordOf(value)])),
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function wordOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return Array.isArray(value) ? value.join(' ') : String(value);
}

async function observeDrive(system: System): Promise<string | null> {
  if (!(await isDriveRecorded(system))) return null;
  return (await readDriveRecord(system))?.source ?? 'unknown';
}

function describePart(name: (typeof parts)[number], part: PostbootPart | undefined): TreeReport['postboot'] {
  return part === undefined ? [] : [{ part: name, ...part }];
}

async function observeDiskNames(system: System): Promise<TreeReport['diskNames']> {
  const names = [...(await readDiskNames(system))];
  return names
    .toSorted(([, one], [, other]) => one.order - other.order)
    .flatMap(([uuid, { name, serial }]) => (name === null ? [] : [{ uuid, name, serial }]));
}
