import type { AddressConfig, MachineConfig } from '../machine-config/machine-config.ts';
import { quote } from '../../core/payload/payload-members.ts';
import type { PayloadInspection } from './payload-inspection.ts';

/** An inspection as a person reads it. Whatever comes from the medium is escaped, the password is masked. */
export function inspectionLines({ path, offset, archive, config, warnings, mistakes }: PayloadInspection): string[] {
  const packed = archive.compression === 'none' ? '' : `, ${archive.compression}`;
  return [
    row('payload', `${archive.byteLength} bytes at ${offset} of ${path}${packed}`),
    row('sha256', archive.digest),
    ...archive.members.map(({ name, role, size }) =>
      row('member', `${quote(name)} ${role === 'folder' ? '' : `${size} bytes`}`),
    ),
    ...(config === null ? [] : configLines(config)),
    ...warnings.map((warning) => row('warning', warning)),
    ...mistakes.map((mistake) => row('mistake', mistake)),
  ];
}

function configLines(config: MachineConfig): string[] {
  const optional = (label: string, value: string | null | undefined) => (value ? [row(label, value)] : []);
  return [
    ...optional('host name', config.hostname),
    ...optional('name servers', config.nameservers.join(' ')),
    ...config.interfaces.flatMap(({ number, addresses }) =>
      addresses.map((address) => row(`interface ${number}`, describeAddress(address))),
    ),
    ...optional('user', config.user?.name),
    ...optional('password', config.passwordHash?.toString()),
    ...config.sshKeys.map((key) => row('ssh key', describeKey(key))),
    ...optional('run', config.run && quote(config.run)),
    ...optional('script args', config.scriptArguments && quote(config.scriptArguments)),
  ];
}

function describeAddress({ address, prefixLength, gateway, scope }: AddressConfig): string {
  return `${address}/${prefixLength}${gateway === null ? '' : ` via ${gateway}`} (${scope})`;
}

/** Type and comment: what a person knows a key by. */
function describeKey(key: string): string {
  const [type = '', , ...comment] = key.split(/[ \t]+/);
  return comment.length === 0 ? type : `${type} ${quote(comment.join(' '))}`;
}

function row(label: string, text: string): string {
  return `${label.padEnd(13)} ${text}`.trimEnd();
}
