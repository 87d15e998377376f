import { agentImage, type GuestImage, plainImage } from '../lab/agent-image.ts';
import type { Payload } from '../lab/swap-disk.ts';
import { cloudInitFiles, content, mountRule, mountShell } from './peer-files.ts';

/** What is measured beside each other, each in a guest of its own. */
export interface Peer {
  readonly image: () => Promise<GuestImage>;
  readonly payload?: Payload;
  /** Patterns of its units, as systemctl(1) takes them; none of a guest in which nothing is added. */
  readonly units: readonly string[];
  readonly mountsDisks: boolean;
}

const debian = 12;

export const peers = {
  'no agent': { image: () => plainImage(debian, 'plain'), units: [], mountsDisks: false },
  'gandi-agent': {
    image: () => agentImage(debian, 'plain'),
    payload: { config: content },
    units: ['gandi-*.service'],
    mountsDisks: true,
  },
  'cloud-init': {
    image: () => plainImage(debian, 'cloud-init', cloudInitFiles),
    units: ['cloud-*.service'],
    mountsDisks: false,
  },
  'systemd-mount rule': { image: () => plainImage(debian, 'plain', mountRule), units: [], mountsDisks: true },
  'resident shell': {
    image: () => plainImage(debian, 'plain', mountShell),
    units: ['mount-shell.service'],
    mountsDisks: true,
  },
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof peers;

export const peerNames = Object.keys(peers) as PeerName[];
