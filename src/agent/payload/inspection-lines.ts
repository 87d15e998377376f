import type { MachineConfig } from '../machine-config/machine-config.ts';
import { type DescribedLink, inOrderOfId, type NetworkDescription } from '../network-config/description.ts';
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

function configLines({ hostname, network, users, root, postBoot }: MachineConfig): string[] {
  const optional = (label: string, value: string | null | undefined) => (value ? [row(label, value)] : []);
  return [
    ...optional('host name', hostname),
    ...optional('name servers', network.nameservers.join(' ')),
    ...network.links.flatMap((link) => linkLines(link, network)),
    ...users.map(({ name }) => row('user', name)),
    ...optional('password', root.passwordHash?.toString()),
    ...root.sshKeys.map((key) => row('ssh key', describeKey(key))),
    ...optional('run', postBoot?.run && quote(postBoot.run)),
    ...optional('script args', postBoot?.scriptArguments && quote(postBoot.scriptArguments)),
  ];
}

function linkLines(link: DescribedLink, { networks }: NetworkDescription): string[] {
  const isNumbered = link.type === 'physical' && link.match.by === 'number';
  const label = isNumbered ? `interface ${link.match.number}` : link.id;
  return inOrderOfId(networks)
    .filter((each) => each.link === link.id)
    .flatMap(({ network, gateway }) => {
      if (network.method !== 'static') return [];
      return [row(label, `${network.address}/${network.prefixLength}${gateway === null ? '' : ` via ${gateway}`}`)];
    });
}

/** Type and comment: what a person knows a key by. */
function describeKey(key: string): string {
  const [type = '', , ...comment] = key.split(/[ \t]+/);
  return comment.length === 0 ? type : `${type} ${quote(comment.join(' '))}`;
}

function row(label: string, text: string): string {
  return `${label.padEnd(13)} ${text}`.trimEnd();
}
