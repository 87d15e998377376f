import { describe } from 'vitest';
import { tellNetworkStory } from './network-story.ts';

describe('Debian 13 with systemd-networkd and systemd-resolved', () => {
  tellNetworkStory({
    debian: 13,
    system: 'networkd',
    tool: 'networkd',
    file: '/etc/systemd/network/10-gandi-*.network',
    resolver: 'cat /run/systemd/resolve/resolv.conf',
  });
});

describe('Debian 12 with NetworkManager', () => {
  tellNetworkStory({
    debian: 12,
    system: 'networkmanager',
    tool: 'NetworkManager',
    file: '/etc/NetworkManager/system-connections/gandi-*.nmconnection',
    resolver: 'cat /etc/resolv.conf',
  });
});

describe('Debian 12 with netplan', () => {
  tellNetworkStory({
    debian: 12,
    system: 'netplan',
    tool: 'netplan',
    file: '/etc/netplan/90-gandi.yaml',
    resolver: 'cat /etc/resolv.conf',
  });
});
