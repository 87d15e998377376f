import { expect } from 'vitest';
import { openTerminal } from '../../../../src/core/command/terminal.ts';
import { simpleInitCommand } from '../../../../src/agent/cli/simple-init.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

/** What a cloud says, and the machine that it says it to. */
export interface DriveExample {
  /** Files of openstack/latest, by name. */
  readonly files: Readonly<Record<string, unknown>>;
  /** MAC address of each NIC, by name. */
  readonly nics: Readonly<Record<string, string>>;
  /** Files that are there already, by path. */
  readonly there?: Readonly<Record<string, string>>;
}

/** The files of a tree with this config-drive and these NICs. */
export function treeOf({ files, nics, there = {} }: DriveExample): Record<string, string> {
  const drive = Object.entries(files).map(([name, value]) => [
    `/mnt/config/openstack/latest/${name}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const links = Object.entries(nics).flatMap(([name, address]) => [
    [`/sys/class/net/${name}/addr_assign_type`, '0\n'],
    [`/sys/class/net/${name}/address`, `${address}\n`],
    [`/sys/class/net/${name}/carrier`, '1\n'],
  ]);
  return { ...Object.fromEntries([...drive, ...links]), ...there };
}

/** What `simple-init --noop` prints there. */
export async function noopFiles(example: DriveExample, args: readonly string[]): Promise<string> {
  const { root } = await machineTree(treeOf(example));
  const lines: string[] = [];
  const terminal = openTerminal(
    () => ({ write: (text: string) => lines.push(text) }),
    () => ({ write: () => undefined }),
  );
  expect(await simpleInitCommand.run(['--noop', '--root', root, ...args], terminal)).toBe(0);
  return lines.join('');
}
