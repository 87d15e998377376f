import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { installedDocuments } from '../../core/error/installed-documents.ts';
import type { System } from '../../core/system/system.ts';
import { applySteps } from '../action/apply-steps.ts';
import { askedPath, configurationText, digestOfText, renderAsked } from '../bootstrap/asked-configuration.ts';
import { configParts, partTable } from '../bootstrap/config-parts.ts';
import { judgeAsked } from '../bootstrap/observe-asked.ts';
import { type JudgedConfiguration, resultOfPart } from '../bootstrap/plan-asked.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readStages } from '../stage/status.ts';
import { readAppliedRecord } from '../swap-disk/applied-record.ts';
import { kinds, type Step } from './actions.ts';
import { answerDone, answerFailed, type HostAnswer } from './host-answer.ts';
import type { HostRequest } from './request.ts';

type PartAnswer = HostAnswer['parts'][number];

/**
 * Applies what a configuration says otherwise than the one on record. It is stored, and the stages of the boot apply it: they have
 * the rights for that, and the next boot goes on with what is cut off.
 */
export async function applyConfiguration(
  request: Extract<HostRequest, { ask: 'apply' }>,
  flags: Flags,
  system: System,
): Promise<HostAnswer> {
  const judged = await judgeAsked(system, flags, configurationText(request.configuration));
  const { asked, decision, changed } = judged;
  if (decision.outcome === 'refuse') throw refused(judged);
  if (changed.size > 0) {
    await applySteps(planStore(judged), kinds, system);
    const isByConfig = [...changed].some((part) => partTable[part].by === 'config');
    if (isByConfig && (await isOnRecord(asked.text, system))) await applySteps(configStage, kinds, system);
  }
  const parts = await answerParts(judged, flags, system);
  const wrong = parts.find(({ result }) => result === 'failed' || result === 'held-back');
  if (wrong === undefined) return answerDone(request, { parts });
  return { ...answerFailed(request, notApplied(wrong)), parts };
}

function planStore({ asked }: JudgedConfiguration): Step[] {
  return [
    {
      name: 'asked configuration',
      actions: [
        { kind: 'make-directory', path: '/gandi', mode: 0o700 },
        { kind: 'write-file', path: askedPath, content: renderAsked(asked), mode: 0o600, enforceMode: true },
        { kind: 'restart-stage', stage: 'bootstrap' },
      ],
    },
  ];
}

const configStage: readonly Step[] = [
  { name: 'asked configuration', actions: [{ kind: 'restart-stage', stage: 'config' }] },
];

/** All that bootstrap has to do with it is done. */
async function isOnRecord(text: string, system: System): Promise<boolean> {
  return (await readAppliedRecord(system))?.payload.digest === digestOfText(text).digest;
}

/** What failed is in the status of the stages, by the names of parts. */
async function answerParts(
  { asked, changed }: JudgedConfiguration,
  flags: Flags,
  system: System,
): Promise<PartAnswer[]> {
  const stages = await readStages(system);
  const isApplied = changed.size === 0 || (await isOnRecord(asked.text, system));
  return configParts.map((part): PartAnswer => {
    if (!changed.has(part)) return { part, result: 'unchanged', code: null };
    const result = resultOfPart(part, flags);
    if (result === 'switched-off') return { part, result, code: null };
    const { by, step = part } = partTable[part];
    // That stage was not started then, and what it has failed at is of an earlier run.
    if (by === 'config' && !isApplied) return { part, result: 'held-back', code: null };
    const stage = by === 'config' ? stages.config : stages.bootstrap;
    const failure = stage?.failures.find((each) => each.step === step);
    return failure === undefined ? { part, result, code: null } : { part, result: 'failed', code: failure.code };
  });
}

function notApplied({ part, code }: PartAnswer): AgentError {
  return new AgentError('not all of the configuration is applied', {
    code: code ?? 'apply.not-ended',
    subject: part,
    remedy: 'ask for `status`, which has what failed, and ask again',
  });
}

function refused({ decision }: JudgedConfiguration): AgentError {
  return new AgentError(`cannot apply this configuration: ${decision.because}`, {
    code: decision.code,
    subject: 'apply',
    remedy: `nothing was changed; see ${installedDocuments}/decisions/asked-configuration.md`,
    exitCode: ExitCode.refusedToProtectData,
  });
}
