import { type Mistake, refuseIfAny } from './mistakes.ts';
import type { BlockNode, MountNode, Nodes, TableNode } from './nodes.ts';

type Arrow = readonly [from: string, to: string];

/**
 * The nodes in the order in which they can be made, a generation after the other: what stands on nothing, what stands on
 * that alone, and so on. Partitions of a table keep their order, and a mount waits for the one before it by path.
 * @throws AgentError `block-device.name`, `block-device.base` or `block-device.cycle`
 */
export function inOrder({ nodes, tables }: Nodes): BlockNode[] {
  const byName = new Map<string, BlockNode>();
  const mistakes: Mistake[] = [];
  for (const node of nodes) {
    if (byName.has(node.name))
      mistakes.push({ problem: 'name', where: node.name, what: `two nodes have the name ${node.name}` });
    byName.set(node.name, node);
  }
  const before = [previousPartitions(tables), previousMounts(nodes)];
  const arrows = nodes.flatMap((node) => arrowsOf(node, before));
  for (const [from, to] of arrows)
    if (!byName.has(from)) mistakes.push({ problem: 'base', where: to, what: `its base ${from} is not defined` });
  refuseIfAny(mistakes);
  return generations(byName, arrows);
}

/** Mounts in the order of their paths: `/` before `/var` before `/var/log`. */
export function mountsByPath(nodes: readonly BlockNode[]): MountNode[] {
  const mounts = nodes.filter((node) => node.kind === 'mount');
  return mounts.sort((one, other) => compare(one.mountPoint, other.mountPoint));
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function arrowsOf(node: BlockNode, before: readonly ReadonlyMap<string, string>[]): Arrow[] {
  const previous = before.flatMap((each) => each.get(node.name) ?? []);
  const onto: Arrow[] = [...bases(node)].map((base) => [base, node.name]);
  const after: Arrow[] = previous.map((name) => [name, node.name]);
  return node.kind === 'mount' ? [...after, ...onto] : [...onto, ...after];
}

function bases(node: BlockNode): readonly string[] {
  if (node.kind === 'disk') return [];
  return 'bases' in node ? node.bases : [node.base];
}

function previousPartitions(tables: readonly TableNode[]): Map<string, string> {
  return new Map(tables.flatMap(({ partitions }) => pairs(partitions)));
}

function previousMounts(nodes: readonly BlockNode[]): Map<string, string> {
  return new Map(pairs(mountsByPath(nodes)));
}

function pairs(list: readonly { readonly name: string }[]): Arrow[] {
  return list.slice(1).map(({ name }, index) => [name, list[index]?.name ?? '']);
}

function generations(byName: ReadonlyMap<string, BlockNode>, arrows: readonly Arrow[]): BlockNode[] {
  // Two nodes may have the same arrow twice: a swap after a swap.
  const distinct = [...new Map(arrows.map((arrow) => [arrow.join('\0'), arrow])).values()];
  const waitsFor = new Map([...byName.keys()].map((name) => [name, 0]));
  for (const [, to] of distinct) waitsFor.set(to, (waitsFor.get(to) ?? 0) + 1);
  const ordered: BlockNode[] = [];
  let generation = [...byName.values()].filter(({ name }) => waitsFor.get(name) === 0);
  while (generation.length > 0) {
    ordered.push(...generation);
    const next: BlockNode[] = [];
    for (const { name } of generation)
      for (const [from, to] of distinct) {
        if (from !== name) continue;
        const left = (waitsFor.get(to) ?? 0) - 1;
        waitsFor.set(to, left);
        const node = byName.get(to);
        if (left === 0 && node !== undefined) next.push(node);
      }
    generation = next;
  }
  const left = [...byName.keys()].filter((name) => !ordered.some((node) => node.name === name));
  refuseIfAny(
    left.slice(0, 1).map((where) => ({ problem: 'cycle', where, what: `${left.join(', ')} stand on each other` })),
  );
  return ordered;
}
