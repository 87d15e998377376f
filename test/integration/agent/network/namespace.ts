import { execFileSync } from 'node:child_process';
import { onTestFinished, type TestContext } from 'vitest';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem, type System } from '../../../../src/core/system/system.ts';

/** A machine whose network is a namespace of its own: two links with a peer each, `first` with the default route. */
export interface NetworkNamespace {
  readonly system: System;
  /** Runs ip(8) there. */
  readonly ip: (...args: readonly string[]) => string;
}

let count = 0;

export function networkNamespace({ skip }: TestContext): NetworkNamespace {
  if (process.getuid?.() !== 0) skip('network namespaces are made by root');
  const name = `gandi-${process.pid}-${++count}`;
  execFileSync('ip', ['netns', 'add', name]);
  onTestFinished(() => void execFileSync('ip', ['netns', 'del', name]));
  const ip = (...args: readonly string[]) => execFileSync('ip', ['-n', name, ...args], { encoding: 'utf8' });
  for (const [link, address] of [
    ['first', '192.0.2.10/24'],
    ['second', '198.51.100.10/24'],
  ] as const) {
    ip('link', 'add', link, 'type', 'veth', 'peer', 'name', `${link}-peer`);
    ip('link', 'set', link, 'up');
    ip('link', 'set', `${link}-peer`, 'up');
    ip('address', 'add', address, 'dev', link);
  }
  ip('route', 'add', 'default', 'via', '192.0.2.254', 'dev', 'first');
  const host = openSystem('/', openJournal('error'));
  const run: System['processes']['run'] = (tool, args, options) =>
    host.processes.run('ip', ['netns', 'exec', name, tool, ...args], options);
  return { system: { ...host, processes: { ...host.processes, run } }, ip };
}
