import { describeError, ExitCode } from '../../core/error/agent-error.ts';
import { planSimpleInit, type SimpleInitPlan } from '../simple-init/plan.ts';
import { runStage } from '../stage/run-stage.ts';
import type { SimpleInitOptions } from '../simple-init/options.ts';
import { observeFromDrive, requireUnconfigured, simpleInit } from '../simple-init/simple-init.ts';
import { openJournal } from '../../core/system/journal.ts';
import { openSystemLog } from '../../core/system/system-log.ts';
import { openSystem } from '../../core/system/system.ts';
import type { Terminal } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { requireFolder } from '../facts/require-system.ts';
import { needsRootUnlessTree } from './options.ts';

export const simpleInitCommand = defineCommand({
  name: 'simple-init',
  summary: 'apply an OpenStack config-drive, with the options of glean',
  details:
    'It refuses to run on a machine that bootstrap configured, and where no drive is mounted at /mnt/config. bootstrap applies a config-drive by itself.',
  options: {
    noop: { short: 'n', description: 'print what would be written, and change nothing' },
    root: {
      description: 'the tree that is read and changed',
      value: { hint: 'DIR', completion: 'folder' },
      default: '/',
    },
    distro: { description: 'distribution, in place of that of os-release', value: { hint: 'NAME' } },
    interface: {
      short: 'i',
      description: 'the only network interface to configure',
      value: { hint: 'LINK', completion: 'interface' },
    },
    ssh: { description: "authorize the drive's SSH keys for root" },
    hostname: { description: 'set the host name' },
    'skip-network': { description: 'leave network interfaces alone' },
    'use-nm': { description: 'write for NetworkManager' },
    'skip-dns': { description: 'leave name servers alone' },
    'no-dhcp-fallback': { description: 'give no DHCP to an interface that nothing describes' },
    'without-drive': { description: 'go on where no drive is mounted, as glean does: DHCP for every interface' },
    debug: { description: 'log more' },
  },
  needsRoot: needsRootUnlessTree,
  run: async (values, terminal) => {
    const options = optionsOf(values);
    const log = options.root === '/' ? openSystemLog('gandi') : undefined;
    const system = openSystem(
      options.root,
      openJournal(options.debug ? 'debug' : 'info', { log, stage: 'simple-init' }),
    );
    await requireFolder(system);
    if (options.noop) return showFiles(planSimpleInit(await observeFromDrive(system, options), options), terminal);
    if (options.root === '/') await requireUnconfigured(system, values['without-drive']);
    return runStage('simple-init', () => simpleInit(system, options), system);
  },
});

type Values = Pick<SimpleInitOptions, 'noop' | 'root' | 'ssh' | 'hostname' | 'debug'> & {
  readonly distro: string | undefined;
  readonly interface: string | undefined;
} & Readonly<Record<'skip-network' | 'use-nm' | 'skip-dns' | 'no-dhcp-fallback' | 'without-drive', boolean>>;

function optionsOf(values: Values): SimpleInitOptions {
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
