import { Secret } from '../../../../src/core/secret/secret.ts';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';
import type { Login, MachineConfig } from '../../../../src/agent/machine-config/machine-config.ts';

export const login: Login = {
  passwordHash: new Secret('$6$saltsalt$hash'),
  sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me@laptop'],
};

/** The public interface of the machine below, in the platform's words. */
export const publicInterface = {
  vif_number: 0,
  pna: [
    { pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0/24', pbn_gateway: '192.0.2.254' } },
    { pna_address: '2001:db8::10', pbn: { pbn_network: '2001:db8::/64', pbn_gateway: '2001:db8::1' } },
  ],
};

/** A machine as most are: one public interface with both families. Tests change what they are about. */
export const machineConfig: MachineConfig = machineWith({
  vm_hostname: 'web1',
  nameservers: ['192.0.2.53', '2001:db8::53'],
  vif: [publicInterface],
  disks: { db: { serial: 'vol-1', path: '/var/lib/db' } },
});

/** The machine that a payload describes, and the login of the example. */
export function machineWith(payload: object): MachineConfig {
  const { config, mistakes } = parseGandiConfig(JSON.stringify(payload));
  if (mistakes.length > 0) throw new Error(mistakes.map(({ path, problem }) => `${path}: ${problem}`).join('; '));
  return { ...config, root: login };
}
