import { expect, test } from 'vitest';
import { type AskedSubject, askedTable } from '../../../../src/agent/bootstrap/asked-decision.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import type { AppliedRecord } from '../../../../src/agent/swap-disk/applied-record.ts';
import { decideAlways } from '../../../../src/core/decision/decision-table.ts';

const digest = 'a'.repeat(64);
const payload = { disk: '', diskSequence: null, serial: null, offset: 0, length: 1, digest };
const record: AppliedRecord = { version: 1, payload, consumed: true, appliedAt: '' };
const flagsOf = (text: string) => parseFlags(`CONFIG_HOST_REQUESTS="status apply"\n${text}`).flags;

const subject: AskedSubject = {
  asked: { base: digest },
  flags: flagsOf(''),
  firstBoot: 'gandi-agent',
  record,
  hasDriveRecord: false,
  mistakes: [],
  isUndrawn: false,
};

test.each<[row: number, code: string, found: string, but: Partial<AskedSubject>]>([
  [1, 'apply.not-allowed', 'the flags as they are shipped', { flags: parseFlags('').flags }],
  [1, 'apply.not-allowed', 'another request that is allowed', { flags: flagsOf('CONFIG_HOST_REQUESTS="status"\n') }],
  [1, 'apply.not-allowed', 'no port', { flags: flagsOf('CONFIG_HOST_PORT=0\n') }],
  [2, 'apply.cloud-init', 'a first boot of cloud-init', { firstBoot: 'cloud-init' }],
  [3, 'apply.other-source', 'a flag that names a drive', { flags: flagsOf('CONFIG_SOURCE=nocloud\n') }],
  [3, 'apply.other-source', 'a drive on record', { hasDriveRecord: true, record: undefined, asked: { base: null } }],
  [4, 'apply.payload-pending', 'a payload that is not wiped', { record: { ...record, consumed: false } }],
  [5, 'apply.outdated', 'a newer configuration', { asked: { base: 'b'.repeat(64) } }],
  [5, 'apply.outdated', 'the first configuration, which came since', { asked: { base: null } }],
  [6, 'config.invalid', 'a mistake', { mistakes: [{ path: 'vif[0]', part: 'vif', problem: 'is wrong' }] }],
  [7, 'network.no-tool', 'a network that nothing configures', { isUndrawn: true }],
  [8, 'asked', 'nothing that speaks against it', {}],
  [8, 'asked', 'nothing on record', { record: undefined, asked: { base: null } }],
  [8, 'asked', 'a drive behind a payload, as at boot', { hasDriveRecord: true }],
])('row %i: %s for %s', (row, code, _, but) => {
  expect(decideAlways(askedTable, { ...subject, ...but })).toMatchObject({ row, code });
});
