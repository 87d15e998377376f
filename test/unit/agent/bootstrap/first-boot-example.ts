import type { FirstBootFiles } from '../../../../src/agent/bootstrap/first-boot-files.ts';
import { chooseDistro } from '../../../../src/agent/facts/distro.ts';
import { networkTool } from '../../../../src/agent/network-config/network-tools.ts';
import { parseOsRelease } from '../../../../src/core/text/os-release.ts';
import { placedNic } from '../network/nic-example.ts';
import { root } from './access-example.ts';

const ifupdown = networkTool('ifupdown') ?? null;

/** A Debian that nobody has configured yet. */
export const files: FirstBootFiles = {
  hostname: 'debian\n',
  liveHostname: 'debian',
  mailname: undefined,
  hosts: '127.0.0.1 localhost\n',
  distro: chooseDistro(parseOsRelease('ID=debian\n')),
  access: {
    groups: [{ name: 'sudo', gid: 27, members: [] }],
    root,
    users: new Map(),
    peopleIds: { first: 1000, last: 60_000 },
    newShell: '/bin/bash',
  },
  storedConfig: undefined,
  storedScript: undefined,
  storedScriptText: undefined,
  outcomeDue: undefined,
  payloadAssignments: new Map(),
  resolver: { owner: 'file', text: undefined },
  network: { tool: ifupdown, files: [] },
  nics: [placedNic('eth0', 2)],
};
