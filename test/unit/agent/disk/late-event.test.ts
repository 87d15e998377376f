import { expect, test } from 'vitest';
import { diskLoop } from '../../../../src/agent/disk/disk-events.ts';
import { planOnce } from '../../../../src/agent/action/loop.ts';
import type { SpooledEvent } from '../../../../src/agent/event/spool.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, sysfsDevice } from '../facts/fake-machine.ts';
import { record } from './disk-example.ts';

const mountinfo = '36 1 8:16 / /srv/data rw - ext4 /dev/sdb rw\n';

/** The kinds of what is done about an event of sdb with this DISKSEQ, where sdb is number 7, mounted by the agent. */
async function planned(action: string, diskSequence: string): Promise<string[]> {
  const machine = await fakeMachine({
    ...sysfsDevice('/sys/block/sdb', { dev: '8:16', size: '131072', diskseq: '7' }),
    '/sys/class/block/sdb': '->../../block/sdb',
    '/proc/self/mountinfo': mountinfo,
    [`/run/gandi/disks/${record.key}.json`]: JSON.stringify(record),
    '/run/gandi/disks/sdb@6.json': JSON.stringify({ ...record, key: 'sdb@6', mountPoint: null }),
  });
  const run: System['processes']['run'] = async () => ({
    exitCode: 0,
    stdout: 'DEVNAME=/dev/sdb\nDISKSEQ=7\nGANDI_DATA_DISK=1\nID_FS_TYPE=ext4\nID_FS_USAGE=filesystem\n',
    stderr: '',
  });
  const system = { ...machine, processes: { ...machine.processes, run } };
  const properties = { DEVNAME: '/dev/sdb', DISKSEQ: diskSequence, GANDI_DATA_DISK: '1' };
  const event: SpooledEvent = {
    entry: '9-disk',
    sequence: 9,
    handler: 'disk',
    action,
    devicePath: '/devices/x/block/sdb',
    spooledAt: 1,
    properties,
  };
  const { steps } = await planOnce(diskLoop([event], parseFlags('').flags, system));
  return steps.flatMap(({ actions }) => actions.map(({ kind }) => kind));
}

test.each(['remove', 'add', 'change'])(
  'a late %s of the disk that had the name before ends only that one',
  async (action) => {
    expect(await planned(action, '6')).toEqual(['forget-disk']);
  },
);
