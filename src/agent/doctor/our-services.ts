/** What starts at boot, without the suffix that systemd gives it. */
export const ourServices = ['bootstrap', 'config', 'mount', 'network', 'postboot', 'hotplug'].map(
  (name) => `gandi-${name}`,
);
