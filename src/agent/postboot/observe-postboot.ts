import { createHash } from 'node:crypto';
import type { Flags } from '../flags/flag-table.ts';
import { readDriveRecord } from '../sources/drive-record.ts';
import { readStoredConfig } from '../sources/stored-config.ts';
import type { PostBootConfig } from '../machine-config/machine-config.ts';
import type { SourceName } from '../flags/source-names.ts';
import { Secret } from '../../core/secret/secret.ts';
import { readAppliedRecord } from '../swap-disk/applied-record.ts';
import { type PostbootRecord, readPostbootRecord } from './postboot-record.ts';
import { withUnixLines } from './unix-lines.ts';
import { isRunBySystemd, type System } from '../../core/system/system.ts';
import { observeUnitState } from '../facts/unit-state.ts';

export interface PostbootFacts {
  /**
   * Whose code it is: the digest of the payload that was applied last. Where none ever was (files put there by hand),
   * the digest of the code itself.
   */
  readonly payload: string;
  readonly record: PostbootRecord | undefined;
  /** What is to be run has a mistake in it: bootstrap has told so, and nothing of it is run. */
  readonly isRefused: boolean;
  /** Permission bits of /gandi/script; undefined without one. */
  readonly scriptMode: number | undefined;
  /** As it is to be run. */
  readonly script: Uint8Array | undefined;
  /** The file has line ends of Windows, which no interpreter is found by. */
  readonly hasWindowsLines: boolean;
  readonly scriptArguments: Secret | null;
  readonly run: Secret | null;
  /** What is kept of `run` in its file. */
  readonly runFile: Secret | undefined;
}

/** @throws AgentError `config.invalid`, `state.unreadable` */
export async function observePostboot(system: System, flags: Flags): Promise<PostbootFacts> {
  const { files } = system;
  const known = await readStoredConfig(system, flags);
  const postBoot = known === undefined ? nothingToRun : known.config.postBoot;
  const stored = await files.readBytes('/gandi/script');
  const script = stored === undefined ? undefined : withUnixLines(stored);
  const runFile = await files.read('/gandi/run');
  const code = [script ?? '', postBoot?.scriptArguments ?? '', postBoot?.run ?? ''];
  return {
    payload: (await digestOfApplied(system, known?.source)) ?? digestOf(code),
    record: await readPostbootRecord(system),
    isRefused: postBoot === null,
    scriptMode: (await files.status('/gandi/script'))?.mode,
    script,
    hasWindowsLines: script !== stored,
    scriptArguments: secretOrNull(postBoot?.scriptArguments),
    run: secretOrNull(postBoot?.run),
    runFile: runFile === undefined ? undefined : new Secret(runFile),
  };
}

const nothingToRun: PostBootConfig = { run: null, scriptArguments: null };

async function digestOfApplied(system: System, source: SourceName | undefined): Promise<string | undefined> {
  if (source === undefined || source === 'swap-payload') {
    const record = await readAppliedRecord(system);
    return record?.code ?? record?.payload.digest;
  }
  return (await readDriveRecord(system))?.digest;
}

function secretOrNull(text: string | null | undefined): Secret | null {
  return text === null || text === undefined ? null : new Secret(text);
}

function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return `code-${hash.digest('hex')}`;
}

export async function isAutofsActive(system: System): Promise<boolean> {
  return (await isRunBySystemd(system)) && (await observeUnitState(system, 'autofs.service')) === 'active';
}
