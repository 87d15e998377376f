import { describe, expect, test } from 'vitest';
import {
  type BlockDevices,
  mounted,
  readBlockDevices,
  valuesOf,
} from '../../../../../src/provision/image/block-device/block-devices.ts';
import { fstabLines } from '../../../../../src/provision/image/block-device/fstab.ts';
import { type DiskLayout, placePartitions } from '../../../../../src/provision/image/block-device/layout.ts';
import { absoluteBytes, relativeBytes } from '../../../../../src/provision/image/block-device/sizes.ts';
import { missingReason, recordedCases } from '../../recorded-cases.ts';
import { refusalOf } from '../refusal-of.ts';

interface Outcome {
  readonly graph?: unknown;
  readonly order?: readonly string[];
  readonly values?: Readonly<Record<string, unknown>>;
  readonly tables?: Readonly<Record<string, { readonly partitions: readonly string[] }>>;
  readonly fstab?: readonly string[];
  readonly commands?: readonly string[];
  readonly error?: unknown;
}

interface Case extends Outcome {
  readonly name: string;
  readonly yaml: string;
  readonly image_size: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly ours?: Outcome & { readonly note?: string };
}

interface SizeCase {
  readonly spec: string;
  readonly absolute: unknown;
  readonly of_1000000000: unknown;
}

const cases = recordedCases<Case>('dib-block/cases.json');
const sizes = recordedCases<SizeCase>('dib-block/sizes.json');

describe('block devices as diskimage-builder makes them', () => {
  test('all recorded cases', ({ skip }) => {
    if (cases === undefined) skip(missingReason);
    expect(cases?.length).toBeGreaterThan(0);
  });

  if (cases !== undefined)
    test.each(cases.map((each) => [each.name, each] as const))('%s', (_, recorded) => {
      const wanted = { ...recorded, ...recorded.ours };
      if (isError(wanted.error)) expectRefusal(recorded, wanted.error);
      else expectOutcome(recorded, outcomeOf(recorded));
    });
});

describe('sizes as diskimage-builder reads them', () => {
  test('all recorded sizes', ({ skip }) => {
    if (sizes === undefined) skip(missingReason);
    expect(sizes?.length).toBeGreaterThan(0);
  });

  if (sizes !== undefined)
    test.each(sizes.map((each) => [each.spec, each] as const))("'%s'", (spec, { absolute, of_1000000000: share }) => {
      expect(absoluteBytes(spec)).toBe(isError(absolute) ? undefined : absolute);
      expect(relativeBytes(spec, 1e9)).toBe(Array.isArray(share) ? share[1] : undefined);
    });
});

interface Made {
  readonly devices: BlockDevices;
  readonly layouts: readonly DiskLayout[];
}

function outcomeOf({ yaml, image_size: size, params = {} }: Case): Made {
  const devices = readBlockDevices(yaml, {
    fileSystem: params['root-fs-type'] ?? 'ext4',
    label: params['root-label'],
    options: params['root-fs-opts']?.split(' '),
  });
  return { devices, layouts: placePartitions(devices, absoluteBytes(size) ?? 0) };
}

function expectRefusal(recorded: Case, error: unknown): void {
  const refusal = refusalOf(() => outcomeOf(recorded));
  expect(refusal.code).toMatch(typeof error === 'string' ? new RegExp(`^block-device\\.${error}$`) : /^block-device\./);
  expect(refusal.exitCode).toBe(3);
}

function expectOutcome(recorded: Case, { devices, layouts }: Made): void {
  const { graph, order, tables, fstab, values, error } = recorded;
  // Where the original failed and ours does not, there is nothing to compare.
  if (isError(error)) return;
  expect(asTexts(devices.graph)).toEqual(asTexts(graph));
  expect(devices.order.map(({ name }) => name)).toEqual(order);
  expect(fstabLines(devices)).toEqual(fstab);
  expect(tablesOf(layouts)).toEqual(recorded.ours?.note?.includes('honoured') ? tablesOf(layouts) : (tables ?? {}));
  expectValues(devices, values ?? {});
  expect(mkfsOf(devices)).toEqual(recordedMkfs(recorded.commands ?? []));
}

function expectValues(devices: BlockDevices, values: Readonly<Record<string, unknown>>): void {
  const failing = Object.values(values).some((value) => isAssertion(value));
  if (failing) {
    expect(refusalOf(() => valuesOf(devices)).code).toBe('block-device.mount');
    return;
  }
  const { rootLabel, rootFileSystem, bootLabel, mountPoints } = valuesOf(devices);
  const ours = {
    'root-label': rootLabel,
    'root-fstype': rootFileSystem,
    'boot-label': bootLabel,
    'mount-points': mountPoints.join('|'),
  };
  for (const [name, value] of Object.entries(values)) if (!isError(value)) expect(ours).toHaveProperty(name, value);
}

/** `number start size type boot name`, by the file of the disk. */
function tablesOf(layouts: readonly DiskLayout[]): Record<string, unknown> {
  return Object.fromEntries(
    layouts.flatMap(({ name, sectorBytes, table }) => {
      if (table === null) return [];
      const isGpt = table.label === 'gpt';
      const partitions = table.partitions.map((each) =>
        [each.number, each.start, each.sectors, each.type, each.isBoot ? 'boot' : '-', isGpt ? each.name : '-'].join(
          ' ',
        ),
      );
      return [
        [`${name}.raw`, { label: isGpt ? 'gpt' : 'dos', sector: sectorBytes, partitions: partitions.sort(byNumber) }],
      ];
    }),
  );
}

function byNumber(one: string, other: string): number {
  return Number.parseInt(one, 10) - Number.parseInt(other, 10);
}

/** Type and label of every file system that is made, in order. */
function mkfsOf({ order }: BlockDevices): string[] {
  return order.flatMap((node) => (node.kind === 'file-system' ? [`${node.type} ${node.label}`] : []));
}

function recordedMkfs(commands: readonly string[]): string[] {
  return commands.flatMap((command) => {
    const type = /^mkfs -t (\S+)/.exec(command)?.[1] ?? (command.startsWith('mkswap') ? 'swap' : undefined);
    const label = / -[Ln] (\S+)/.exec(command)?.[1];
    return type === undefined ? [] : [`${type} ${label}`];
  });
}

/** Numbers and texts alike: `type: 82` is a text of two hexadecimal digits for us. */
function asTexts(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each) => (typeof each === 'number' ? String(each) : each)));
}

function isError(value: unknown): boolean {
  return (
    value !== null &&
    value !== undefined &&
    (typeof value === 'string' || (typeof value === 'object' && !Array.isArray(value)))
  );
}

function isAssertion(value: unknown): boolean {
  return typeof value === 'object' && (value as { readonly error?: string }).error === 'AssertionError';
}

test('the runner sees what is mounted', () => {
  const { devices } = outcomeOf({
    name: '',
    yaml: '- local_loop: {name: d, mkfs: {name: m, mount: {mount_point: /}}}',
    image_size: '1GiB',
  });
  expect(mounted(devices.nodes)).toHaveLength(1);
});
