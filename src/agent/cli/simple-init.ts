import { parseArgs } from 'node:util';
import { describeError, ExitCode } from '../../core/error/agent-error.ts';
import { planSimpleInit, type SimpleInitPlan } from '../simple-init/plan.ts';
import { runStage } from '../stage/run-stage.ts';
import type { SimpleInitOptions } from '../simple-init/options.ts';
import { observeFromDrive, simpleInit } from '../simple-init/simple-init.ts';
import { openJournal } from '../../core/system/journal.ts';
import { openSystemLog } from '../../core/system/system-log.ts';
import { openSystem } from '../../core/system/system.ts';
import type { Command, Terminal } from '../../core/command/command.ts';

export const simpleInitCommand: Command = {
  name: 'simple-init',
  summary: 'apply an OpenStack config-drive, with the options of glean',
  usage:
    '[--noop] [--root DIR] [--distro NAME] [--interface LINK] [--ssh] [--hostname] [--skip-network] [--use-nm] [--skip-dns] [--no-dhcp-fallback] [--debug]',
  run: async (args, terminal) => {
    const options = parseOptions(args);
    const log = options.root === '/' ? openSystemLog('gandi') : undefined;
    const system = openSystem(
      options.root,
      openJournal(options.debug ? 'debug' : 'info', { log, stage: 'simple-init' }),
    );
    if (options.noop) return showFiles(planSimpleInit(await observeFromDrive(system, options), options), terminal);
    return runStage('simple-init', () => simpleInit(system, options), system);
  },
};

function parseOptions(args: string[]): SimpleInitOptions {
  const off = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args,
    options: {
      noop: { ...off, short: 'n' },
      root: { type: 'string', default: '/' },
      distro: { type: 'string' },
      interface: { type: 'string', short: 'i' },
      ssh: off,
      hostname: off,
      'skip-network': off,
      'use-nm': off,
      'skip-dns': off,
      'no-dhcp-fallback': off,
      debug: off,
    },
  });
  return {
    noop: values.noop,
    root: values.root,
    distro: values.distro ?? null,
    interface: values.interface ?? null,
    ssh: values.ssh,
    hostname: values.hostname,
    skipNetwork: values['skip-network'],
    useNetworkManager: values['use-nm'],
    skipDns: values['skip-dns'],
    dhcpFallback: !values['no-dhcp-fallback'],
    debug: values.debug,
  };
}

/** glean's own form, which scripts read: each content follows its heading as it is, control characters too. */
function showFiles({ files, notes, mistakes }: SimpleInitPlan, terminal: Terminal): ExitCode {
  for (const note of notes) terminal.err(note);
  for (const mistake of mistakes) terminal.err(describeError(mistake));
  for (const { path, content } of files) terminal.verbatim(`### Write ${path}\n${content.replace(/\n$/, '')}`);
  return mistakes.length === 0 ? ExitCode.done : ExitCode.badConfiguration;
}
