import { createHash } from 'node:crypto';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import { Secret } from '../../core/secret/secret.ts';
import { readAppliedRecord } from '../swap-disk/applied-record.ts';
import { type PostbootRecord, readPostbootRecord } from './postboot-record.ts';
import { isRunBySystemd, type System } from '../../core/system/system.ts';
import { observeUnitState } from '../facts/unit-state.ts';

export interface PostbootFacts {
  /**
   * Whose code it is: the digest of the payload that was applied last. Where none ever was (files put there by hand),
   * the digest of the code itself.
   */
  readonly payload: string;
  readonly record: PostbootRecord | undefined;
  /** Permission bits of /gandi/script; undefined without one. */
  readonly scriptMode: number | undefined;
  readonly script: Uint8Array | undefined;
  readonly scriptArguments: Secret | null;
  readonly run: Secret | null;
  /** What is kept of `run` in its file. */
  readonly runFile: Secret | undefined;
}

/** @throws AgentError `config.invalid`, `state.unreadable` */
export async function observePostboot(system: System): Promise<PostbootFacts> {
  const { files } = system;
  const text = await files.read('/gandi/config');
  const config = text === undefined ? undefined : parseGandiConfig(text, '/gandi/config').config;
  const script = await files.readBytes('/gandi/script');
  const runFile = await files.read('/gandi/run');
  const code = [script ?? '', config?.scriptArguments ?? '', config?.run ?? ''];
  return {
    payload: (await readAppliedRecord(system))?.payload.digest ?? digestOf(code),
    record: await readPostbootRecord(system),
    scriptMode: (await files.status('/gandi/script'))?.mode,
    script,
    scriptArguments: secretOrNull(config?.scriptArguments),
    run: secretOrNull(config?.run),
    runFile: runFile === undefined ? undefined : new Secret(runFile),
  };
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
