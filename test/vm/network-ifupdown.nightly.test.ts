import { describe } from 'vitest';
import { tellNetworkStory } from './network-story.ts';

describe('Debian 12 with ifupdown', () => {
  tellNetworkStory({
    debian: 12,
    system: 'plain',
    tool: 'ifupdown',
    file: '/etc/network/interfaces.d/e*',
    resolver: 'cat /etc/resolv.conf',
  });
});
