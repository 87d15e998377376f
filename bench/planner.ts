import { planDisk } from '../src/agent/disk/plan.ts';
import { parseFlags } from '../src/agent/flags/parse-flags.ts';
import { attached, device, diskFacts, mountAt, record } from '../test/unit/agent/disk/disk-example.ts';
import { spreadOf } from './figures.ts';

const rounds = 20;

/**
 * How long it takes to plan for every disk of a machine, in milliseconds: each is attached and known, and every plan sees
 * the records and mounts of all.
 * @returns the median of 20 rounds
 */
export function measurePlanner(disks: number, mountCount: number): number {
  const names = Array.from({ length: disks }, (_, index) => `sd${index}`);
  const records = names.map((name, index) => ({ ...record, key: `${name}@${index + 10}`, mountPoint: `/srv/${name}` }));
  const mounts = Array.from({ length: mountCount }, (_, index) => mountAt(`/srv/sd${index}`, `8:${index}`));
  const all = names.map((name, index) => {
    const own = { ...device, name, path: `/dev/${name}`, diskSequence: index + 10, majorMinor: `8:${index}` };
    return diskFacts({
      kernelName: name,
      attached: { ...attached, device: own, disk: own, wholeDisk: own.path },
      records,
      mounts,
      mountPoint: { path: `/srv/${name}`, state: 'mounted' },
    });
  });
  const { flags } = parseFlags('');
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    for (const facts of all) planDisk(facts, flags);
    return performance.now() - start;
  });
  return spreadOf(times).median;
}
