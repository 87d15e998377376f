import { networkInterfaces } from 'node:os';
import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';

export interface InterfaceAddress {
  readonly address: string;
  /** `192.0.2.1/24` */
  readonly network: string;
}

/** The first IPv4 address of an interface: PXE knows no other. @throws AgentError `serve.no-address` */
export function interfaceAddress(name: string): InterfaceAddress {
  const found = networkInterfaces()[name]?.find(({ family }) => family === 'IPv4');
  if (found?.cidr != null) return { address: found.address, network: found.cidr };
  throw new AgentError('cannot serve PXE on it: it has no IPv4 address, or is not there', {
    code: 'serve.no-address',
    subject: name,
    remedy: 'give it an address, or name another interface with --pxe',
    exitCode: ExitCode.badConfiguration,
  });
}
