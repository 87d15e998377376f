import type { MachineConfig } from '../../../../src/agent/machine-config/machine-config.ts';
import { Secret } from '../../../../src/core/secret/secret.ts';

/** A machine as most are: one public interface with both families. Tests change what they are about. */
export const machineConfig: MachineConfig = {
  hostname: 'web1',
  nameservers: ['192.0.2.53', '2001:db8::53'],
  interfaces: [
    {
      number: 0,
      addresses: [
        { family: 'ipv4', address: '192.0.2.10', prefixLength: 24, gateway: '192.0.2.254', scope: 'public' },
        { family: 'ipv6', address: '2001:db8::10', prefixLength: 64, gateway: '2001:db8::1', scope: 'public' },
      ],
    },
  ],
  user: null,
  passwordHash: new Secret('$6$saltsalt$hash'),
  sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me@laptop'],
  run: null,
  scriptArguments: null,
};
