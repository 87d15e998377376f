import type { Diagram } from './draw-diagram.ts';

/**
 * The order of a boot under systemd. A test compares each arrow at a unit of ours with `After=` and `Before=` of the unit files;
 * `network-pre.target` to `network-online.target` is systemd's own order (systemd.special(7)).
 */
export const bootDiagram: Diagram = {
  title: 'A boot',
  nodes: {
    'local-fs.target': { column: 0, row: 0, owner: 'system', lines: ['local-fs.target'] },
    'gandi-bootstrap.service': {
      column: 0,
      row: 1,
      owner: 'agent',
      lines: ['gandi-bootstrap', 'payload or drive, swap', 'users, keys, sshd'],
    },
    'network-pre.target': { column: 1, row: 0, owner: 'system', lines: ['network-pre.target', 'the network starts'] },
    'network.target': { column: 2, row: 0, owner: 'system', lines: ['network.target'] },
    'network-online.target': { column: 3, row: 0, owner: 'system', lines: ['network-online.target'] },
    'gandi-network.service': {
      column: 2,
      row: 1,
      owner: 'agent',
      lines: ['gandi-network', 'a changed network is tried'],
    },
    'gandi-config.service': {
      column: 1,
      row: 1,
      owner: 'agent',
      lines: ['gandi-config', 'growth of /, time, cron', 'consoles, plugins'],
    },
    'ssh.service': { column: 1, row: 2, owner: 'system', lines: ['ssh.service', 'the banner'] },
    'gandi-hotplug.service': {
      column: 0,
      row: 2,
      owner: 'agent',
      lines: ['gandi-hotplug', 'events that waited,', 'and all later ones'],
    },
    'gandi-mount.service': {
      column: 2,
      row: 2,
      owner: 'agent',
      lines: ['gandi-mount', 'waits for the data disks,', '2 minutes at most'],
    },
    'gandi-postboot.service': {
      column: 3,
      row: 1,
      owner: 'agent',
      lines: ['gandi-postboot', "the customer's script", 'once per payload'],
    },
    console: { column: 3, row: 2, owner: 'agent', lines: ['one line on the console', "the boot's work has ended"] },
  },
  arrows: [
    ['local-fs.target', 'gandi-bootstrap.service'],
    ['gandi-bootstrap.service', 'network-pre.target'],
    ['network-pre.target', 'network.target'],
    ['network.target', 'network-online.target'],
    ['network.target', 'gandi-network.service'],
    ['network-online.target', 'gandi-postboot.service'],
    ['gandi-bootstrap.service', 'gandi-config.service'],
    ['gandi-bootstrap.service', 'gandi-hotplug.service'],
    ['gandi-bootstrap.service', 'ssh.service'],
    ['gandi-config.service', 'gandi-mount.service'],
    ['gandi-mount.service', 'gandi-postboot.service'],
    ['gandi-postboot.service', 'console'],
  ],
};
