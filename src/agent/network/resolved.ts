import type { System } from '../../core/system/system.ts';

const managers = ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'] as const;

// What `systemctl enable systemd-resolved` makes (its [Install]: WantedBy=sysinit.target, before 252 multi-user.target).
const enablings = [
  '/etc/systemd/system/sysinit.target.wants/systemd-resolved.service',
  '/etc/systemd/system/multi-user.target.wants/systemd-resolved.service',
  '/etc/systemd/system/dbus-org.freedesktop.resolve1.service',
] as const;

/** Whether systemd-resolved starts at boot; `unknown` where there is no systemd. Reads files only, so that it can be asked of an image. */
export async function observeResolved(system: System): Promise<'enabled' | 'disabled' | 'unknown'> {
  for (const path of enablings) if ((await system.files.status(path)) !== undefined) return 'enabled';
  for (const path of managers) if ((await system.files.status(path)) !== undefined) return 'disabled';
  return 'unknown';
}
