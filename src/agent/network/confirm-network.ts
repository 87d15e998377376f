import { type Action, kinds } from './actions.ts';
import { askOwners } from './ask-owners.ts';
import { AgentError, describeError } from '../../core/error/agent-error.ts';
import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { waitForWayOut } from './wait-for-way-out.ts';
import { readFlags } from '../flags/read-flags.ts';
import { decideTrial, type TrialDecision, type TrialStanding } from './trial-decision.ts';
import type { WayOut } from './way-out.ts';
import { type NetworkTrial, networkTrialPath, readNetworkTrial, renderNetworkTrial } from './network-trial.ts';
import type { System } from '../../core/system/system.ts';

/**
 * Sees whether a network configuration that was just written works, and returns to the old one if it does not: the table
 * of docs/decisions/network-change.md. Then asks whether the tool whose files were written has the links. Run by gandi-network.service, at boot once the network was started.
 */
export async function confirmNetwork(system: System): Promise<StepOutcome[]> {
  return [...(await confirmTrial(system)), ...(await askOwners(system))];
}

async function confirmTrial(system: System): Promise<StepOutcome[]> {
  const trial = await readNetworkTrial(system);
  if (trial === undefined) return [];
  const seconds = (await readFlags(system)).CONFIG_NETWORK_TRIAL;
  if (seconds === 0) return carryOut('network trial', [forgetting], system);
  // Power that failed in a return may have left files of both kinds: they are put in place once more.
  if (trial.inPlace === 'old') return returnToOld(trial, seconds, system);
  const outcomes = trial.live ? await carryOut('network', [applying(trial)], system) : [];
  const decision = decideTrial(await observeStanding(trial, trial.wayOut, seconds, system));
  system.journal.info(`network: row ${decision.row}: ${decision.because}`);
  const isKept = decision.outcome === 'keep';
  return [
    ...outcomes,
    ...(isKept ? await carryOut('network trial', [forgetting], system) : await returnToOld(trial, seconds, system)),
  ];
}

/** The old files, then a look whether these work; if not, the new ones again. */
async function returnToOld(trial: NetworkTrial, seconds: number, system: System): Promise<StepOutcome[]> {
  const back = { ...trial, inPlace: 'old' } as const;
  const returning = [recording(back), ...replacing(trial, 'old'), applying(trial)];
  const outcomes = await carryOut('old network', returning, system);
  const decision = decideTrial(await observeStanding(back, { kind: 'any' }, seconds, system));
  system.journal.info(`network: row ${decision.row}: ${decision.because}`);
  if (decision.outcome === 'return-to-new') {
    outcomes.push(...(await carryOut('new network', [...replacing(trial, 'new'), applying(trial)], system)));
  }
  outcomes.push(...(await carryOut('network trial', [forgetting], system)));
  const failure = explain(trial, decision);
  system.journal.error(`network: ${describeError(failure)}`);
  return [...outcomes, { step: 'network', changed: [], failure, skipped: false }];
}

/** Waits until the way out is there, or the time is over. */
async function observeStanding(
  trial: NetworkTrial,
  wayOut: WayOut,
  seconds: number,
  system: System,
): Promise<TrialStanding> {
  const hasWayOut = await waitForWayOut(wayOut, seconds, system);
  const texts = await Promise.all(trial.files.map(({ path }) => system.files.read(path)));
  const isUntouched = trial.files.every((file, index) => (texts[index] ?? null) === file[trial.inPlace]);
  const hasOld = trial.files.some(({ old }) => old !== null);
  return { isUntouched, hasOld, hasWayOut, inPlace: trial.inPlace };
}

const forgetting: Action = { kind: 'remove-file', path: networkTrialPath };

function recording(trial: NetworkTrial): Action {
  return { kind: 'write-file', path: networkTrialPath, content: renderNetworkTrial(trial), mode: 0o600 };
}

function replacing({ files }: NetworkTrial, which: 'old' | 'new'): Action[] {
  return files.map(({ path, mode, [which]: content }) =>
    content === null ? { kind: 'remove-file', path } : { kind: 'write-file', path, content, mode },
  );
}

function applying({ tool, links }: NetworkTrial): Action {
  return { kind: 'apply-network', tool, links };
}

function carryOut(name: string, actions: readonly Action[], system: System): Promise<StepOutcome[]> {
  return applySteps([{ name, actions }], kinds, system);
}

function explain({ wayOut }: NetworkTrial, { outcome }: TrialDecision): AgentError {
  const subject = wayOut.kind === 'gateways' ? wayOut.gateways.join(', ') : 'default route';
  if (outcome === 'keep') {
    return new AgentError('the new network configuration does not reach its gateway; the previous one is restored', {
      code: 'network.returned',
      subject,
      remedy: 'correct the network on the platform; `gandi-agent bootstrap --again` tries /gandi/config once more',
    });
  }
  return new AgentError(
    'neither the new nor the previous network configuration reaches its gateway; the new one is in place',
    {
      code: 'network.no-way-out',
      subject,
      remedy: 'look at the gateway and the network on the platform',
    },
  );
}
