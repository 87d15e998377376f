import { constants } from 'node:fs';
import type { Distro } from '../facts/distro.ts';
import { outcomeDuePath } from '../outcome/outcome-due.ts';
import { byteReader, digestOf } from '../../core/payload/payload-medium.ts';
import type { System } from '../../core/system/system.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import { observePayloadAssignments } from '../disk/payload-assignments.ts';
import type { PayloadAssignments } from '../disk/plan-payload-assignments.ts';
import { type AccessFacts, observeAccess } from '../access/access.ts';
import { observeDistro } from '../facts/observe-distro.ts';
import { liveHostnamePath } from '../identity/live-hostname.ts';
import { type NetworkFiles, observeNetworkFiles } from '../network/network-tool.ts';
import type { PlacedNic } from '../network/match-nic.ts';
import { observeNics } from '../network/nics.ts';
import { observeResolver, type ResolverFact } from '../network/resolver.ts';

/** A file's text; undefined if there is none. */
type Text = string | undefined;

/** What a first boot configures, as it is now. */
export interface FirstBootFiles {
  readonly hostname: Text;
  /** Of the running kernel; undefined in a tree that is not running. */
  readonly liveHostname: Text;
  readonly mailname: Text;
  readonly hosts: Text;
  readonly distro: Distro;
  readonly access: AccessFacts;
  readonly storedConfig: Text;
  /** Of the customer's script, where it is no larger than a drive's may be. */
  readonly storedScriptText: Text;
  /** sha256, in hex, of the customer's script. */
  readonly storedScript: string | undefined;
  /** Where an outcome is still to be posted. */
  readonly outcomeDue: Text;
  readonly payloadAssignments: PayloadAssignments;
  readonly resolver: ResolverFact;
  readonly network: NetworkFiles;
  /** NICs of the machine. */
  readonly nics: readonly PlacedNic[];
}

/** @param userNames the users that the configuration asks for */
export async function observeFirstBootFiles(system: System, userNames: readonly string[]): Promise<FirstBootFiles> {
  const { files } = system;
  const network = await observeNetworkFiles(system);
  return {
    hostname: await ifRegular(files.read('/etc/hostname')),
    liveHostname: (await ifRegular(files.read(liveHostnamePath)))?.trim(),
    mailname: await ifRegular(files.read('/etc/mailname')),
    hosts: await ifRegular(files.read('/etc/hosts')),
    distro: await observeDistro(system),
    access: await observeAccess(system, userNames),
    storedConfig: await ifRegular(files.read('/gandi/config')),
    storedScriptText: await readSmall(system, '/gandi/script'),
    storedScript: await digestOfFile(system, '/gandi/script'),
    outcomeDue: await ifRegular(files.read(outcomeDuePath)),
    payloadAssignments: await observePayloadAssignments(system),
    resolver: await observeResolver(system, network.tool?.name ?? null),
    network,
    nics: await observeNics(system),
  };
}

const maximalScriptBytes = 1024 * 1024;

async function readSmall({ files }: System, path: string): Promise<Text> {
  const status = await files.status(path);
  return status?.type === 'file' && status.size <= maximalScriptBytes ? files.read(path) : undefined;
}

/** Piece by piece: a script may be too large to be held. */
async function digestOfFile({ files }: System, path: string): Promise<string | undefined> {
  const status = await files.status(path);
  if (status?.type !== 'file') return undefined;
  await using handle = await files.open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  return await digestOf(byteReader(handle, path), 0, status.size);
}
