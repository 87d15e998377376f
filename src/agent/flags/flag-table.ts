import { z } from 'zod';
import { suggestion } from '../../core/command/suggestion.ts';
import { layerNames } from './layer-names.ts';
import { dataDiskWords } from './platforms.ts';
import { requestKinds, shippedRequests } from './request-kinds.ts';
import { sourceNames } from './source-names.ts';

/** One flag of /etc/default/gandi: what it may be, what it is when unset, and what the shipped file says about it. */
export interface Flag<Value> {
  /** As it stands in the shipped file, without quotes. */
  readonly default: string;
  readonly schema: z.ZodType<Value, string>;
  readonly meaning: string;
  /** What a value that is not valid means, where that is not the default: what allows something must not allow all by a slip. */
  readonly ifMistaken?: string;
}

// One schema for all flags of a kind: each schema is part of the start-up snapshot, and its size is start-up time.
const onOffSchema = z.enum(['0', '1'], 'must be 0 or 1').transform((text) => text === '1');
const textSchema = z.string();
const wordsSchema = z.string().transform((list) => list.split(/\s+/).filter((word) => word !== ''));
const folderSchema = z
  .string()
  .regex(/^\/[^\0]*$/, 'must be an absolute path')
  .refine((path) => !path.split('/').includes('..'), 'must not contain ..')
  .transform((path) => path.replace(/(?<=^\/|[^/])\/+$/, ''));
const wholeNumberSchema = z
  .string()
  .regex(/^\d{1,4}$/, 'must be a whole number')
  .transform(Number);

const ownerSchema = z
  .string()
  .regex(/^(\d{1,7}:\d{1,7} 0?[0-7]{3})?$/, 'must be uid:gid and a mode, such as "0:1001 0775"')
  .transform((owner) => {
    if (owner === '') return undefined;
    const [uid = 0, gid = 0, mode = 0] = owner
      .split(/[: ]/)
      .map((word, index) => Number.parseInt(word, index < 2 ? 10 : 8));
    return { uid, gid, mode };
  });

const onOff = (value: '0' | '1', meaning: string): Flag<boolean> => ({ default: value, schema: onOffSchema, meaning });

const text = (value: string, meaning: string): Flag<string> => ({ default: value, schema: textSchema, meaning });

const oneOf = <Word extends string>(choice: readonly [Word, ...Word[]], value: Word, meaning: string): Flag<Word> => ({
  default: value,
  schema: z
    .string()
    .pipe(
      z.enum(
        choice,
        `must be one of ${choice.filter((word) => word !== '').join(', ')}${choice.some((word) => word === '') ? ', or empty' : ''}`,
      ),
    ),
  meaning,
});

const words = (value: string, meaning: string): Flag<string[]> => ({ default: value, schema: wordsSchema, meaning });

const folder = (value: string, meaning: string): Flag<string> => ({ default: value, schema: folderSchema, meaning });

const wholeNumber = (value: string, meaning: string): Flag<number> => ({
  default: value,
  schema: wholeNumberSchema,
  meaning,
});

/** Words of a fixed choice, separated by blanks. */
const someOf = <Word extends string>(
  choice: readonly [Word, ...Word[]],
  value: Word | '',
  meaning: string,
): Flag<Word[]> => ({
  default: value,
  schema: wordsSchema.pipe(
    z.array(
      z.enum(choice, {
        error: ({ input }) => `must be one or more of ${choice.join(', ')}${suggestion(String(input), choice)}`,
      }),
    ),
  ),
  meaning,
});

/**
 * Every flag, in the order of the shipped file. To add one: a line here, then `make generated`.
 * Names and defaults of the first block are the old agent's: images, playbooks and habits rely on them.
 */
export const flagTable = {
  CONFIG_MOTD: onOff('1', 'write the message of the day'),
  CONFIG_TIMEZONE: onOff('1', 'set the timezone'),
  CONFIG_SYSCTL: onOff('1', 'load /etc/gandi/sysctl.conf'),
  CONFIG_SSHD: onOff('1', 'configure sshd'),
  CONFIG_CONSOLE: onOff('1', 'open login prompts on the consoles'),
  CONFIG_HOSTNAME: onOff('1', 'set the host name'),
  CONFIG_NAMESERVER: onOff('1', 'write the resolver configuration'),
  CONFIG_ALLOW_MOUNT: onOff('1', 'mount data disks when they are attached'),
  CONFIG_ASSIGN_DISKS: onOff('1', 'mount disks where the payload says'),
  CONFIG_CRON: onOff('1', 'spread the minutes of cron jobs'),
  CONFIG_DATA_DISKS: someOf(
    dataDiskWords,
    'auto',
    'which disks are data disks, beside those of Gandi: one or more of hetzner, digitalocean, ebs, scaleway, gce, openstack, virtio and all-but-system; auto for those of the platform that the machine runs on; gandi for no others',
  ),
  CONFIG_MOUNT_PARAMS: text(
    'rw,nosuid,nodev,noatime',
    'mount options of data disks; nosuid and nodev are always added',
  ),
  CONFIG_DISK_ROOT: folder('/srv', 'the folder where data disks are mounted, each at its label'),
  CONFIG_NODHCP: words('eth0', 'interfaces that never get DHCP, separated by spaces'),
  CONFIG_MULTIQUEUE: onOff('1', 'give virtio interfaces as many queues as there are CPUs, 8 at most'),
  CONFIG_NETWORK: onOff('1', 'configure the network'),
  GANDI_PLUGIN_DIR: folder('/etc/gandi/plugins.d', "the admin's own configuration steps; do not change"),
  TEMP_DIR_CONF: folder('/var/gandi', 'unused, kept for scripts that read it; do not change'),
  SYSLOG_TARGET: text('gandi', 'the name under which the agent logs'),
  SERVERURL: text('mirrors.gandi.net', 'unused, kept for scripts that read it'),
  GANDI_HOOK_DIR: folder('/etc/gandi/hooks/', "the admin's hooks"),

  CONFIG_USER: onOff('1', "create the payload's user, with the right to become root"),
  CONFIG_PASSWORD: onOff('1', "set the payload's password for root and for its user"),
  CONFIG_SSH_KEYS: onOff('1', "add the payload's ssh keys for root and for its user"),
  CONFIG_HOSTS: onOff('1', 'name the machine in /etc/hosts, with the address of its first interface'),
  CONFIG_KERNEL_MODULES: onOff('1', "install the payload's modules of the running kernel"),
  CONFIG_GROW_ROOT: onOff('1', 'grow the partition and the file system of / to the end of their disk'),
  CONFIG_HOST_KEYS: onOff('1', 'make the ssh host keys that are missing or empty'),
  CONFIG_MACHINE_ID: onOff('1', 'give a copy of an image with /etc/gandi/template an identity of its own'),
  CONFIG_DECOMPRESS_KERNEL: onOff('1', 'on Xen, unpack new kernels that its boot loader cannot read'),
  CONFIG_SWAP: onOff('1', 'format and enable the swap disk'),
  CONFIG_SWAP_DEVICE: text(
    '',
    'path of the swap disk where its bus or serial does not identify it; prefer a name below /dev/disk/by-path',
  ),
  CONFIG_DRIVE_DEVICE: text(
    '',
    'the config-drive, where it is not a CD-ROM or is to be applied again: a name under /dev/disk/by-path or by-id',
  ),
  CONFIG_GROW: onOff('1', 'grow the file system of a data disk when it is attached, and when the disk is resized'),
  CONFIG_GROW_PARTITION: onOff('0', 'enlarge the last partition of a data disk when space is left behind it'),
  CONFIG_FSCK: onOff(
    '0',
    'have e2fsck repair what is safe to repair (-p) before an ext file system of a data disk is mounted',
  ),
  CONFIG_FORMAT_BLANK: oneOf(
    ['', 'ext4', 'xfs', 'btrfs'],
    '',
    'make this file system on a data disk that is proven to be blank: ext4, xfs or btrfs; empty for never',
  ),
  CONFIG_LAYERS: someOf(
    layerNames,
    '',
    'what may be opened and mounted that is built on data disks only: one or more of luks, lvm, md and multipath; empty for nothing',
  ),
  CONFIG_SNAPSHOTS: onOff(
    '0',
    'mount a copy of a disk that was here first, such as a snapshot, read-only beside it, at its own serial',
  ),
  CONFIG_NEW_DISK_OWNER: {
    default: '',
    schema: ownerSchema,
    meaning:
      'who gets the top folder of a file system that is new and empty: uid:gid and mode, such as "0:1001 0775"; empty for nobody',
  },
  CONFIG_DISK_SERVICES: onOff(
    '0',
    'when a disk is detached, also stop the services listed in the file .gandi/services on it: anyone who can write to the disk chooses them',
  ),
  CONFIG_HOTPLUG_LINGER: wholeNumber('3', 'seconds that the hotplug service waits for more events before it ends'),
  CONFIG_POSTBOOT: onOff('1', "run the customer's script and command, once per payload"),
  CONFIG_POSTBOOT_TIMEOUT: wholeNumber('3600', "seconds after which the customer's code is stopped; 0 for no limit"),
  CONFIG_TIMEZONE_NAME: text('', 'the timezone, such as Europe/Paris; wins over what the platform names'),
  CONFIG_FSTAB: onOff(
    '1',
    'name the root file system by its UUID in /etc/fstab, and write /etc/hosts if it is missing',
  ),
  CONFIG_EXT_CHECKS: onOff('1', 'have an ext root file system checked now and then at boot'),
  CONFIG_LOCALE: onOff('1', 'set the locale that the payload names'),
  CONFIG_NTP: onOff('1', 'use the time servers that the payload names'),
  CONFIG_PLUGINS: onOff('1', "run the admin's own configuration steps"),
  CONFIG_PLUGIN_TIMEOUT: wholeNumber('180', 'seconds after which one of these steps is stopped'),
  CONFIG_FIRST_BOOT: oneOf(
    ['auto', '0', '1'],
    'auto',
    "apply the platform's configuration at first boot: 1 always, 0 never, auto unless cloud-init configures this machine",
  ),
  CONFIG_BOOT_REPORT: onOff('1', 'write one line to the console when the work of the boot has ended'),
  CONFIG_HOST_PORT: onOff(
    '1',
    "tell the platform on its port org.gandi.agent.0, where it gave one, what becomes of each disk and that the boot's work has ended",
  ),
  CONFIG_HOST_REQUESTS: {
    ...someOf(
      [...requestKinds, 'none'],
      'none',
      'what the platform may ask by plugging a port org.gandi.agent.1: one or more of status, detach, trim, freeze, with which it may thaw, and apply, with which it may send another configuration; or none',
    ),
    default: shippedRequests.join(' '),
    ifMistaken: 'none',
  },
  CONFIG_LOG_LEVEL: oneOf(
    ['error', 'warn', 'info', 'debug'],
    'info',
    'what the agent logs: error, warn, info or debug',
  ),
  CONFIG_SOURCE: oneOf(
    ['auto', ...sourceNames],
    'auto',
    'source of the configuration: swap-payload, config-drive, nocloud, or auto for the first of them that is found',
  ),
  CONFIG_STATIC_IPV6: onOff(
    '0',
    "give the payload's IPv6 addresses to interfaces, beside those of router advertisements",
  ),
  CONFIG_NETWORK_TRIAL: wholeNumber(
    '60',
    'seconds in which a changed network has to reach its gateway, or the old one is restored; 0 keeps the new one in any case',
  ),
  CONFIG_DHCP_FALLBACK: onOff('1', 'give DHCP to interfaces that nothing describes, where no payload was applied'),
  CONFIG_NIC_HOTPLUG: onOff('1', 'configure network interfaces that are attached to the running machine'),
  CONFIG_CPU_HOTPLUG: onOff('1', 'put CPUs online that are added'),
  CONFIG_MEMORY_HOTPLUG: onOff('1', 'put memory online that is added'),
  CONFIG_MEMORY_MOVABLE: onOff('0', 'use added memory only for what can be moved, so that it can be removed again'),
  CONFIG_POLICY_ROUTING: onOff(
    '1',
    'route replies of secondary interfaces through the interface on which the request arrived',
  ),
} as const;

export type FlagName = keyof typeof flagTable;

export type Flags = { readonly [Name in FlagName]: z.output<(typeof flagTable)[Name]['schema']> };
