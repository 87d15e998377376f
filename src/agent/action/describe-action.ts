import type { Action } from './action.ts';
import { Secret } from '../../core/secret/secret.ts';

/** One line for a person: what the action does to what. Secrets stay masked. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'write-file':
      return `write ${action.path}${action.content instanceof Secret ? ' (content masked)' : ''}`;
    case 'make-directory':
      return `make folder ${action.path}`;
    case 'remove-file':
      return `remove ${action.path}`;
    case 'set-hostname':
      return `set host name ${action.hostname}`;
    case 'set-password':
      return `set password of ${action.user}`;
    case 'create-group':
      return `create group ${action.group}`;
    case 'create-user':
      return `create user ${action.user}`;
    case 'make-home':
      return `make the home of ${action.user}`;
    case 'add-to-group':
      return `add ${action.user} to the group ${action.group}`;
    case 'authorize-keys':
      return `authorize ${action.keys.length} ssh ${action.keys.length === 1 ? 'key' : 'keys'} for ${action.user}`;
    case 'make-host-key':
      return `make the ssh host key ${action.type}`;
    case 'load-kernel-settings':
      return 'load the kernel settings';
    case 'store-script':
      return `write ${action.path}`;
    case 'install-modules':
      return `install the kernel modules of ${action.release} in ${action.folder}`;
    case 'grow-partition':
      return `grow partition ${action.partition} of /dev/${action.disk} to the end of the disk`;
    case 'commit-payload':
      return action.consumed ? 'record: payload consumed' : 'record: payload applied';
    case 'wipe-payload':
      return `wipe payload on /dev/${action.payload.disk} (${action.payload.length} bytes at ${action.payload.offset})`;
    case 'make-swap':
      return `format /dev/${action.device} as swap (${action.reason})`;
    case 'enable-swap':
      return `enable swap /dev/${action.device}`;
    case 'check-file-system':
      return `check the file system of ${action.device}`;
    case 'format-blank':
      return `format ${action.disk} as ${action.fileSystem}`;
    case 'call-automount':
      return `have autofs mount ${action.mountPoint}`;
    case 'own-new-root':
      return `give ${action.mountPoint} to ${action.uid}:${action.gid}, mode ${action.mode.toString(8).padStart(4, '0')}`;
    case 'mount-disk':
      return `mount ${action.device} (${action.fileSystem}) at ${action.mountPoint}`;
    case 'grow-file-system':
      return `grow the file system of ${action.device} at ${action.mountPoint}`;
    case 'unmount-disk':
      return `unmount ${action.mountPoint}${action.lazy ? ', whatever uses it' : ''}`;
    case 'remove-mount-point':
      return `remove folder ${action.mountPoint}`;
    case 'remember-disk':
      return `remember ${action.record.device}: ${action.record.note}${action.record.isHookDue ? ', hook due' : ''}`;
    case 'forget-disk':
      return `forget ${action.key}`;
    case 'reserve-disk-name':
      return `reserve the name ${action.name} for file system ${action.uuid}`;
    case 'release-disk':
      return `release ${action.disk} from the kernel`;
    case 'raise-links':
      return `bring up ${action.links.join(', ')}`;
    case 'change-network':
      return `${action.files.map(({ path, content }) => `${content === null ? 'remove' : 'write'} ${path}`).join(', ')} on trial`;
    case 'apply-network':
      return `have ${action.tool} configure ${action.links.join(', ')}`;
    case 'update-resolvconf':
      return 'have resolvconf make its file anew';
    case 'wait-for-address':
      return `wait for an address of ${action.link}`;
    case 'release-link':
      return `have ${action.tool} let go of ${action.link}`;
    case 'start-dhcp':
      return `start ${action.client} for ${action.link}`;
    case 'set-queues':
      return `give ${action.link} ${action.queues} pairs of queues`;
    case 'set-link-settings':
      return `set ${Object.entries(action.settings)
        .map(([key, value]) => `${key}=${value}`)
        .join(' ')} of ${action.link}`;
    case 'route-by-source':
      return `have answers of ${action.sources.map(({ address }) => address).join(', ')} leave by ${action.link}`;
    case 'forget-routing':
      return `remove the rules of the routing table ${action.table}`;
    case 'demote-default-route':
      return `put the default route by ${action.link} behind the others`;
    case 'remember-nic':
      return `remember ${action.record.name}: ${action.record.note}${action.record.isAnnounced ? ', announced' : ''}`;
    case 'forget-nic':
      return `forget ${action.record.name}`;
    case 'run-hook':
      return `run hook ${action.hook} ${action.arguments.join(' ')}`.trimEnd();
    case 'run-plugin':
      return `run plugin ${action.path}`;
    case 'run-customer-code':
      return `run ${action.path}${action.arguments === null ? '' : ' (arguments masked)'}`;
    case 'control-unit':
      return `${action.verb} ${action.unit}`;
    case 'replace-checked':
      return `replace ${action.path} once it is checked`;
    case 'write-link':
      return `link ${action.path} to ${action.target}`;
    case 'set-check-counters':
      return `have ${action.device} checked every ${action.mounts} mounts or ${action.months} months`;
    case 'remember-config-step':
      return `record: ${action.step} is done`;
  }
}

/** The device that is changed, as programs name it: `/dev/sdb`, `eth0`; undefined where it is none. */
export function deviceOf(action: Action): string | undefined {
  switch (action.kind) {
    case 'check-file-system':
    case 'mount-disk':
    case 'grow-file-system':
    case 'own-new-root':
    case 'set-check-counters':
      return action.device;
    case 'make-swap':
    case 'enable-swap':
      return `/dev/${action.device}`;
    case 'grow-partition':
      return `/dev/${action.disk}`;
    case 'format-blank':
    case 'release-disk':
      return action.disk;
    case 'commit-payload':
    case 'wipe-payload':
      return `/dev/${action.payload.disk}`;
    case 'remember-disk':
      return action.record.device;
    case 'forget-disk':
      return `/dev/${action.key.split('@')[0]}`;
    case 'raise-links':
      return action.links.join(' ');
    default:
      return undefined;
  }
}
