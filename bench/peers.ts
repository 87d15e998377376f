import { agentImage, type GuestImage, packageImage, plainImage } from '../lab/agent-image.ts';
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

const always = {
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

/** Path of the old agent's package. It leaves disks to autofs. */
const oldAgent = process.env.OLD_AGENT || undefined;

export const peers: Readonly<Record<string, Peer>> = {
  ...always,
  ...(oldAgent !== undefined && {
    'old agent': {
      image: () => packageImage(debian, 'plain', oldAgent, 'old-agent'),
      payload: { config: content },
      units: ['gandi-*.service'],
      mountsDisks: false,
    },
  }),
};

export const peerNames = Object.keys(peers);
