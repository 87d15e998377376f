import { type Mistake, refuseIfAny } from './mistakes.ts';
import { isPlugin } from './plugins.ts';
import { type Entry, isMap, type Settings } from './read-entries.ts';

/**
 * The flat list for a tree: what is nested in an entry becomes an entry of its own with the outer one as its `base`, and
 * stands before it. A name that is missing is made of plugin and base, `mkfs_root`.
 * @throws AgentError `block-device.entry`
 */
export function expandTree(entries: readonly Entry[]): Entry[] {
  const mistakes: Mistake[] = [];
  const flat = entries.flatMap((entry) => expand(entry, undefined, mistakes));
  refuseIfAny(mistakes);
  return flat;
}

function expand(entry: Entry, parent: string | undefined, mistakes: Mistake[]): Entry[] {
  const [[plugin = '', settings = {}] = []] = Object.entries(entry);
  const base = settings.base ?? parent;
  const name = settings.name ?? (base === undefined ? undefined : `${plugin}_${base}`);
  if (name === undefined || (base === undefined && 'partitions' in settings)) {
    const missing = base === undefined && plugin !== 'local_loop' ? 'base' : 'name';
    mistakes.push({ problem: 'entry', where: String(name ?? plugin), what: `${plugin} needs '${missing}'` });
    return [];
  }
  const nested: Entry[] = [];
  const own: Record<string, unknown> = base === undefined ? { name } : { base, name };
  for (const [key, value] of Object.entries(settings)) {
    if (key === 'partitions') {
      const partitions = partitionsOf(value, base, mistakes, String(name));
      own[key] = partitions.map(({ own: settings }) => settings);
      nested.push(...partitions.flatMap((partition) => partition.nested));
    } else if (isPlugin(key)) nested.push(...expandNested(key, value, String(name), mistakes));
    else own[key] = value;
  }
  return [...nested, { [plugin]: own }];
}

interface ExpandedPartition {
  readonly own: Settings;
  readonly nested: readonly Entry[];
}

function partitionsOf(value: unknown, base: unknown, mistakes: Mistake[], where: string): ExpandedPartition[] {
  if (!Array.isArray(value)) {
    mistakes.push({ problem: 'partitions', where, what: "'partitions' is not a list" });
    return [];
  }
  return value.flatMap((partition: unknown, index) => {
    if (!isMap(partition) || partition.name === undefined) {
      mistakes.push({ problem: 'partitions', where, what: `partition ${index + 1} needs a 'name'` });
      return [];
    }
    const keys = Object.entries(partition);
    return [
      {
        own: { ...Object.fromEntries(keys.filter(([key]) => !isPlugin(key))), base },
        nested: keys.flatMap(([key, nested]) =>
          isPlugin(key) ? expandNested(key, nested, String(partition.name), mistakes) : [],
        ),
      },
    ];
  });
}

function expandNested(plugin: string, settings: unknown, parent: string, mistakes: Mistake[]): Entry[] {
  if (isMap(settings)) return expand({ [plugin]: settings }, parent, mistakes);
  mistakes.push({ problem: 'entry', where: parent, what: `${plugin} needs a map of settings, if only {}` });
  return [];
}
