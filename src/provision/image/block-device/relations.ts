import { type Mistake, refuseIfAny } from './mistakes.ts';
import type { BlockNode, Nodes } from './nodes.ts';

/** What a node can stand on, by its kind. */
const fitting: Readonly<Partial<Record<BlockNode['kind'], readonly BlockNode['kind'][]>>> = {
  partition: ['disk'],
  lvm: ['disk', 'partition'],
  'volume-group': ['physical-volume'],
  'logical-volume': ['volume-group', 'logical-volume'],
  'file-system': ['disk', 'partition', 'logical-volume'],
  mount: ['file-system'],
  fstab: ['mount'],
};

/**
 * Checks what the nodes are to each other.
 * @throws AgentError `block-device.base`, `.used-twice`, `.label`, `.mount` or `.swap`
 */
export function checkRelations({ nodes, tables }: Nodes): void {
  const mistakes: Mistake[] = [
    ...nodes.flatMap((node) => wrongBases(node, nodes)),
    ...usedTwice({ nodes, tables }),
    ...twice(
      nodes.filter((node) => node.kind === 'file-system'),
      ({ label }) => label,
      (label) => ['label', `label ${label} is used more than once`],
    ),
    ...twice(
      nodes.filter((node) => node.kind === 'mount' && node.mountPoint !== 'swap'),
      (node) => (node.kind === 'mount' ? node.mountPoint : ''),
      (path) => ['mount', `mount point ${path} is used more than once`],
    ),
    ...wrongSwaps(nodes),
  ];
  if (!nodes.some(({ kind }) => kind === 'mount'))
    mistakes.push({
      problem: 'mount',
      where: 'block device',
      what: 'nothing is mounted, so there is no place for the tree',
    });
  refuseIfAny(mistakes);
}

function wrongBases(node: BlockNode, nodes: readonly BlockNode[]): Mistake[] {
  const kinds = fitting[node.kind];
  if (kinds === undefined) return [];
  const bases = 'bases' in node ? node.bases : 'base' in node ? [node.base] : [];
  return bases.flatMap((base) => {
    const found = nodes.find(({ name }) => name === base);
    if (found === undefined || kinds.includes(found.kind)) return [];
    return [
      { problem: 'base', where: node.name, what: `its base ${base} is a ${found.kind}, not a ${kinds.join(' or ')}` },
    ];
  });
}

/** A device holds one thing: a table, a file system or a physical volume. */
function usedTwice({ nodes, tables }: Nodes): Mistake[] {
  const users = [
    ...tables.map(({ name, base }) => ({ name, base })),
    ...nodes.flatMap((node) => (node.kind === 'file-system' ? [{ name: node.name, base: node.base }] : [])),
    ...nodes.flatMap((node) => (node.kind === 'lvm' ? node.bases.map((base) => ({ name: node.name, base })) : [])),
    ...nodes.flatMap((node) => (node.kind === 'mount' ? [{ name: node.name, base: node.base }] : [])),
  ];
  return twice(
    users,
    ({ base }) => base,
    (base) => ['used-twice', `${base} already holds something else`],
  );
}

function twice<T extends { readonly name: string }>(
  list: readonly T[],
  keyOf: (item: T) => string,
  say: (key: string) => readonly [problem: string, what: string],
): Mistake[] {
  const repeated = list.filter((item, index) => list.findIndex((other) => keyOf(other) === keyOf(item)) < index);
  return repeated.map((item) => {
    const [problem, what] = say(keyOf(item));
    return { problem, where: item.name, what };
  });
}

function wrongSwaps(nodes: readonly BlockNode[]): Mistake[] {
  return nodes.flatMap((node) => {
    if (node.kind !== 'mount') return [];
    const base = nodes.find(({ name }) => name === node.base);
    if (base?.kind !== 'file-system' || (base.type === 'swap') === (node.mountPoint === 'swap')) return [];
    const what =
      base.type === 'swap' ? `swap space has the mount point 'swap'` : `mount point 'swap' is for mkfs of type swap`;
    return [{ problem: 'swap', where: node.name, what }];
  });
}
