import type { Decision } from '../../core/decision/decision-table.ts';
import { Secret } from '../../core/secret/secret.ts';
import type { Plan } from '../action/plan.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { ParsedConfig } from '../machine-config/parsed-config.ts';
import { payloadPath } from '../sources/stored-config.ts';
import type { AppliedRecord } from '../swap-disk/applied-record.ts';
import type { Action, Step } from './actions.ts';
import { type AskedConfiguration, askedPath, digestOfText } from './asked-configuration.ts';
import { type ConfigPart, configParts, onlyPart, partTable } from './config-parts.ts';
import type { FirstBootFiles } from './first-boot-files.ts';
import { keepingEdits } from './keep-edits.ts';
import { describeLeftAlone } from './left-alone.ts';
import { planConfiguration } from './plan-configuration.ts';

/** What is asked for, whether it may be, and what it changes. */
export interface JudgedConfiguration {
  readonly asked: AskedConfiguration;
  readonly parsed: ParsedConfig;
  readonly record: AppliedRecord | undefined;
  readonly decision: Decision<'refuse' | 'apply'>;
  readonly changed: ReadonlySet<ConfigPart>;
}

export interface AskedFacts extends JudgedConfiguration {
  readonly files: FirstBootFiles;
}

/**
 * Applies what the platform asked for of a machine that runs, part by part: each step has the name of its part. It becomes the
 * configuration on record once all of them are done; until then the next boot goes on with it.
 */
export function planAsked(facts: AskedFacts | undefined, flags: Flags): Plan<Action> {
  if (facts === undefined) return { steps: [] };
  const { asked, parsed, decision, changed, files } = facts;
  const drop: Action = { kind: 'remove-file', path: askedPath };
  if (decision.outcome === 'refuse')
    return {
      steps: [{ name: 'asked configuration', actions: [drop] }],
      notes: [`what the platform asked for is dropped: ${decision.because} (${decision.code})`],
    };
  const scope = { isNew: true, dhcpFallback: false };
  const planned = configParts
    .filter((part) => changed.has(part))
    .map((part) => {
      const only = onlyPart(part, changed, parsed.config, flags);
      return {
        steps: planConfiguration(only.config, only.flags, files, scope).map((step): Step => ({ ...step, name: part })),
        notes: describeLeftAlone(only.config, only.flags, files, scope),
      };
    });
  const steps = planned.flatMap((each) => each.steps);
  const notes = new Set(planned.flatMap((each) => each.notes));
  const content = new Secret(asked.text);
  const commit: Action[] = [
    { kind: 'make-directory', path: '/gandi', mode: 0o700 },
    { kind: 'write-file', path: payloadPath, content, mode: 0o600, enforceMode: true },
    commitOf(facts),
    drop,
  ];
  return {
    steps: [...keepingEdits(steps), { name: 'commit', actions: commit, needsAllBefore: true }],
    notes: [...parsed.warnings, ...notes],
  };
}

/** The customer's code is run again only if it is another one. */
function commitOf({ asked, record }: AskedFacts): Action {
  const own = digestOfText(asked.text);
  const code = asked.isNewCode || record === undefined ? own.digest : (record.code ?? record.payload.digest);
  const place = { disk: '', diskSequence: null, serial: null, offset: 0 };
  return { kind: 'commit-payload', payload: { ...place, ...own }, consumed: true, code };
}

/** What a part that changed came to where nothing of it failed. */
export function resultOfPart(part: ConfigPart, flags: Flags): 'applied' | 'switched-off' | 'at-next-boot' {
  const { flag, by } = partTable[part];
  if (flag !== null && flags[flag] === false) return 'switched-off';
  return by === 'next-boot' ? 'at-next-boot' : 'applied';
}
