/** Names of the virtio-serial ports between a platform and the agent in its guest. */
export const portNames = {
  /** Where the guest tells the platform what becomes of disks. */
  told: 'org.gandi.agent.0',
  /** What the platform plugs to ask something. */
  asked: 'org.gandi.agent.1',
} as const;
