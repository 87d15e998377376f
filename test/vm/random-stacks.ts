import { seededRandom } from '../unit/agent/sources/seeded-random.ts';

/** What is built on disks, the lowest layer first. */
export type Layer = 'partition' | 'md' | 'luks' | 'lvm';

export interface RandomStack {
  readonly number: number;
  /** One to three, each kind once; that of several disks has one that joins them. */
  readonly layers: readonly Layer[];
  readonly disks: number;
  readonly fileSystem: 'ext4' | 'btrfs';
  /** How the disks go: told before, all at once without a word, or one by one. */
  readonly removal: 'detached' | 'pulled' | 'pulled one by one';
  /** Whether the last of its disks comes first. */
  readonly isReversed: boolean;
}

/** Stacks that are the same for the same seed. */
export function randomStacks(seed: number, count: number): RandomStack[] {
  const random = seededRandom(seed);
  const oneOf = <T>(choices: readonly [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] ?? choices[0];
  const draw = (number: number): RandomStack => {
    const disks = oneOf([1, 1, 2]);
    const layers = drawLayers(disks, oneOf([1, 2, 3]), random);
    const fileSystem = oneOf(['ext4', 'ext4', 'btrfs'] as const);
    const removal = oneOf(['detached', 'pulled', 'pulled one by one'] as const);
    return { number, layers, disks, fileSystem, removal, isReversed: random() < 0.5 };
  };
  return Array.from({ length: count }, (_, index) => draw(index + 1));
}

/** A table is the lowest where it is; a mirror needs two disks, and two disks need a mirror or LVM. */
function drawLayers(disks: number, depth: number, random: () => number): Layer[] {
  const kinds: readonly Layer[] = disks === 1 ? ['luks', 'lvm'] : ['luks', 'lvm', 'md'];
  for (;;) {
    const shuffled = kinds.map((kind) => ({ kind, at: random() })).toSorted((a, b) => a.at - b.at);
    const upper = shuffled.map(({ kind }) => kind).slice(0, depth);
    const layers: Layer[] = random() < 0.4 ? ['partition', ...upper.slice(0, 2)] : upper;
    const joined = layers.find((layer) => layer === 'md' || layer === 'lvm');
    const hasTwoMembers = !layers.includes('md') || joined === 'md';
    if (layers.some((layer) => layer !== 'partition') && (disks === 1 || joined !== undefined) && hasTwoMembers)
      return layers;
  }
}

/** In one line, for the one who reads why a stack failed. */
export function describeStack({ number, layers, disks, fileSystem, removal, isReversed }: RandomStack): string {
  const order = isReversed ? ', the last disk first' : '';
  return `stack ${number}: ${layers.join(', ')}, ${fileSystem} on ${disks} ${disks === 1 ? 'disk' : 'disks'}${order}, ${removal}`;
}

/** With a key that is cheap to derive: what is tried here is how layers come and go. */
const luksFormat =
  'cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file /root/key';

/**
 * Commands of a shell that make the stack and its file system, hand its keys to the agent, and take the layers down again.
 * @param devices of its disks, such as `/dev/sda`
 */
export function stackCommands(stack: RandomStack, devices: readonly string[]): string {
  const up: string[] = [];
  const down: string[] = [];
  let members = [...devices];
  const name = `s${stack.number}`;
  for (const layer of stack.layers) {
    if (layer === 'partition') {
      up.push(...members.map((device) => `printf 'label: gpt\\n,\\n' | sfdisk -q ${device}`), 'udevadm settle');
      members = members.map((device) => `${device}1`);
    } else if (layer === 'luks') {
      const opened = members.map((_, index) => `${name}-${index}`);
      members.forEach((device, index) => {
        up.push(`${luksFormat} ${device}`, `cryptsetup open --key-file /root/key ${device} ${opened[index]}`);
        up.push(`install -m 600 /root/key /etc/gandi/keys/$(blkid -p -s UUID -o value ${device})`);
      });
      down.unshift(...opened.map((each) => `cryptsetup close ${each}`));
      members = opened.map((each) => `/dev/mapper/${each}`);
    } else if (layer === 'md') {
      const array = `/dev/md${stack.number}`;
      const options = '--quiet --level=1 --metadata=1.2 --assume-clean --run';
      up.push(`mdadm --create ${array} ${options} --raid-devices=${members.length} ${members.join(' ')}`);
      // udev may put it together again as its members are closed.
      down.unshift(
        `until ! test -e /sys/block/md${stack.number}; do udevadm settle; mdadm --quiet --stop ${array}; udevadm settle; done`,
      );
      members = [array];
    } else {
      const all = members.join(' ');
      up.push(`pvcreate -q ${all}`, `vgcreate -q ${name} ${all}`, `lvcreate -q -y -n data -l 100%FREE ${name}`);
      down.unshift(`vgchange -q -an ${name}`);
      members = [`/dev/${name}/data`];
    }
  }
  const make = stack.fileSystem === 'ext4' ? 'mkfs.ext4 -q -L' : 'mkfs.btrfs -q -L';
  return [...up, `${make} ${name} ${members[0]}`, 'udevadm settle', ...down].join(' && ');
}
