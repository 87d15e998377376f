import type { DecisionTable } from '../../core/decision/decision-table.ts';
import type { FirstBootOwner } from '../facts/first-boot-owner.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { Mistake } from '../../core/text/json-text.ts';
import type { AppliedRecord } from '../swap-disk/applied-record.ts';
import type { AskedConfiguration } from './asked-configuration.ts';

export interface AskedSubject {
  readonly asked: Pick<AskedConfiguration, 'base'>;
  readonly flags: Pick<Flags, 'CONFIG_HOST_PORT' | 'CONFIG_HOST_REQUESTS' | 'CONFIG_SOURCE'>;
  readonly firstBoot: FirstBootOwner;
  readonly record: AppliedRecord | undefined;
  readonly hasDriveRecord: boolean;
  readonly mistakes: readonly Mistake[];
  /** It describes another network than the record, and nothing on this machine configures one. */
  readonly isUndrawn: boolean;
}

/** Whether a configuration that the platform asks for is applied: asked before it is stored, and again right before it is applied. */
export const askedTable: DecisionTable<AskedSubject, 'refuse' | 'apply'> = {
  document: 'docs/decisions/asked-configuration.md',
  rows: [
    { row: 1, code: 'apply.not-allowed', outcome: 'refuse', applies: notAllowed },
    { row: 2, code: 'apply.cloud-init', outcome: 'refuse', applies: ofCloudInit },
    { row: 3, code: 'apply.other-source', outcome: 'refuse', applies: otherSource },
    { row: 4, code: 'apply.payload-pending', outcome: 'refuse', applies: payloadPending },
    { row: 5, code: 'apply.outdated', outcome: 'refuse', applies: outdated },
    { row: 6, code: 'config.invalid', outcome: 'refuse', applies: mistaken },
    { row: 7, code: 'network.no-tool', outcome: 'refuse', applies: undrawn },
    { row: 8, code: 'asked', outcome: 'apply', applies: () => 'the platform asks for it' },
  ],
};

function notAllowed({ flags }: AskedSubject): string | false {
  const isAllowed = flags.CONFIG_HOST_PORT && flags.CONFIG_HOST_REQUESTS.includes('apply');
  return !isAllowed && 'the flags do not allow it';
}

function ofCloudInit({ firstBoot }: AskedSubject): string | false {
  return firstBoot === 'cloud-init' && 'cloud-init configures this machine';
}

function otherSource({ flags, hasDriveRecord, record }: AskedSubject): string | false {
  if (flags.CONFIG_SOURCE !== 'auto' && flags.CONFIG_SOURCE !== 'swap-payload') return 'CONFIG_SOURCE names a drive';
  return hasDriveRecord && record === undefined && 'a drive has configured this machine';
}

/** Its record is all that tells that the payload on the swap disk was applied. */
function payloadPending({ record }: AskedSubject): string | false {
  return record?.consumed === false && 'a payload that was applied is still on the swap disk';
}

function outdated({ asked, record }: AskedSubject): string | false {
  return asked.base !== (record?.payload.digest ?? null) && 'another configuration was applied since';
}

/** Somebody listens who can correct it, so that nothing is applied in part. */
function mistaken({ mistakes }: AskedSubject): string | false {
  return mistakes.length > 0 && mistakes.map(({ path, problem }) => `${path} ${problem}`).join('; ');
}

function undrawn({ isUndrawn }: AskedSubject): string | false {
  return isUndrawn && 'nothing here configures the network that it describes';
}
