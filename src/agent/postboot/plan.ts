import type { Action, Step } from './actions.ts';
import type { PostbootFacts } from './observe-postboot.ts';
import type { Flags } from '../flags/flag-table.ts';
import { Secret } from '../../core/secret/secret.ts';

/**
 * The customer's script, then the customer's command, each at most once for a payload: what was started is never
 * started again, however it ended. One that fails does not keep the other from running.
 */
export function planPostboot(facts: PostbootFacts, flags: Flags): Step[] {
  const isAllowed = flags.CONFIG_POSTBOOT && !facts.isRefused;
  return [
    { name: "customer's script", actions: isAllowed ? planScript(facts, flags) : [] },
    { name: "customer's command", actions: isAllowed ? planCommand(facts, flags) : [] },
  ];
}

/** Its maps mount disks on demand, which is what the flag forbids. */
export function planAutofs(isActive: boolean, flags: Flags): Step[] {
  if (flags.CONFIG_ALLOW_MOUNT || !isActive) return [];
  return [{ name: 'autofs', actions: [{ kind: 'control-unit', unit: 'autofs.service', verb: 'stop' }] }];
}

function planScript(facts: PostbootFacts, flags: Flags): Action[] {
  const { script, scriptMode, hasWindowsLines } = facts;
  if (script === undefined || wasStarted(facts, 'script')) return [];
  const path = '/gandi/script';
  return [
    ...(scriptMode === 0o700 && !hasWindowsLines ? [] : [executableFile(path, script)]),
    {
      kind: 'run-customer-code',
      part: 'script',
      path,
      arguments: facts.scriptArguments,
      timeoutSeconds: flags.CONFIG_POSTBOOT_TIMEOUT,
      payload: facts.payload,
    },
  ];
}

/** From a file: an argument list is world-readable, and a customer's command may well hold a password. */
function planCommand(facts: PostbootFacts, flags: Flags): Action[] {
  const { run, runFile } = facts;
  if (run === null || wasStarted(facts, 'run')) return [];
  const path = '/gandi/run';
  const content = new Secret(`#!/bin/sh\n${run.reveal().replaceAll('\r\n', '\n')}\n`);
  return [
    // A drive leaves nothing there, unless it has a script.
    ...(runFile === undefined ? [{ kind: 'make-directory', path: '/gandi', mode: 0o700 } as const] : []),
    ...(runFile?.reveal() === content.reveal() ? [] : [executableFile(path, content)]),
    {
      kind: 'run-customer-code',
      part: 'run',
      path,
      arguments: null,
      timeoutSeconds: flags.CONFIG_POSTBOOT_TIMEOUT,
      payload: facts.payload,
    },
  ];
}

function wasStarted({ record, payload }: PostbootFacts, part: 'script' | 'run'): boolean {
  return record?.payload === payload && record.parts[part] !== undefined;
}

function executableFile(path: string, content: Uint8Array | Secret): Action {
  return { kind: 'write-file', path, content, mode: 0o700, enforceMode: true };
}
