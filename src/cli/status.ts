import { parseArgs } from 'node:util';
import { ExitCode } from '../agent-error.ts';
import { readDiskRecords } from '../state/disk-records.ts';
import { readStatus, type StageStatus } from '../state/status.ts';
import { openJournal } from '../system/journal.ts';
import { openSystem } from '../system/system.ts';
import type { Command, Terminal } from './command.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'show what the agent did in this boot, and what failed',
  usage: '[--json]',
  run: async (args, terminal) => {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
    const system = openSystem('/', openJournal());
    const status = await readStatus(system);
    const disks = await readDiskRecords(system);
    if (values.json) terminal.out(JSON.stringify({ ...status, disks }, undefined, 2));
    else {
      for (const [name, stage] of Object.entries(status.stages)) showStage(name, stage, terminal);
      for (const disk of disks) terminal.out(`${disk.device.padEnd(12)} ${disk.note}`);
      if (Object.keys(status.stages).length === 0) terminal.out('nothing ran in this boot');
    }
    const isAllDone = Object.values(status.stages).every((stage) => stage.result === 'done');
    return isAllDone ? ExitCode.done : ExitCode.stepFailed;
  },
};

function showStage(name: string, stage: StageStatus, terminal: Terminal): void {
  const seconds = (stage.endedAt - stage.startedAt).toFixed(1);
  terminal.out(`${name.padEnd(12)} ${stage.result}, ${seconds} s, ${stage.startedAt.toFixed(1)} s after boot`);
  for (const line of stage.changed) terminal.out(`  ${line}`);
  for (const failure of stage.failures) terminal.out(`  FAILED ${failure.step}: ${failure.message}`);
}
