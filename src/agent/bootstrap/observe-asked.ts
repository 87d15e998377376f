import { decideAlways } from '../../core/decision/decision-table.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import type { Flags } from '../flags/flag-table.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { observeNetworkFiles } from '../network/network-tool.ts';
import { isDriveRecorded } from '../sources/drive-record.ts';
import { payloadPath } from '../sources/stored-config.ts';
import { type AppliedRecord, readAppliedRecord } from '../swap-disk/applied-record.ts';
import { type AskedConfiguration, askedPath, parseAsked } from './asked-configuration.ts';
import { askedTable } from './asked-decision.ts';
import { changedParts } from './config-parts.ts';
import { observeFirstBootFiles } from './first-boot-files.ts';
import type { AskedFacts, JudgedConfiguration } from './plan-asked.ts';

/**
 * Whether a configuration may be applied, and what it changes.
 * @param earlier an earlier request that is not done; left out where it is asked for now
 * @throws AgentError `config.invalid` for a text that cannot be read at all; `state.unreadable`
 */
export async function judgeAsked(
  system: System,
  flags: Flags,
  text: string,
  earlier?: AskedConfiguration,
): Promise<JudgedConfiguration> {
  const parsed = parseGandiConfig(text, askedPath);
  const record = await readAppliedRecord(system);
  const changed = changedParts(await readRecorded(system, record), parsed.config);
  const isNewCode = record === undefined || changed.has('post-boot');
  const asked = earlier ?? { text, base: record?.payload.digest ?? null, isNewCode };
  const isDrawn = changed.has('network') && parsed.config.network.links.length > 0 && flags.CONFIG_NETWORK;
  const decision = decideAlways(askedTable, {
    ...{ asked, flags, record, mistakes: parsed.mistakes },
    firstBoot: await observeFirstBootOwner(system, flags),
    hasDriveRecord: await isDriveRecorded(system),
    isUndrawn: isDrawn && (await observeNetworkFiles(system)).tool === null,
  });
  return { asked, parsed, record, decision, changed };
}

/** What of an earlier request is not done. @returns undefined where nothing is */
export async function observeAsked(system: System, flags: Flags): Promise<AskedFacts | undefined> {
  if (!isRunningMachine(system)) return undefined;
  const asked = parseAsked((await system.files.read(askedPath)) ?? '');
  if (asked === undefined) return undefined;
  const judged = await judgeAsked(system, flags, asked.text, asked);
  const names = judged.parsed.config.users.map(({ name }) => name);
  return { ...judged, files: await observeFirstBootFiles(system, names) };
}

/** What a payload of an earlier boot, or an earlier request, says. A file that nobody applied is no record. */
async function readRecorded({ files }: System, record: AppliedRecord | undefined): Promise<MachineConfig | undefined> {
  const text = record === undefined ? undefined : await files.read(payloadPath);
  return text === undefined ? undefined : parseGandiConfig(text, payloadPath).config;
}
