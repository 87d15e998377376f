import { type Document, isNode } from 'yaml';
import { parseYaml, type YamlPlace } from '../../../core/text/yaml-text.ts';
import { type Profiles, profilesSchema } from './profile-schema.ts';

/** A mistake and where it is. */
export interface ProfileMistake extends YamlPlace {
  readonly problem: string;
}

/** Reads profiles from YAML 1.2, of which JSON is a part; every mistake is told with its place. */
export function parseProfiles(text: string): Profiles | { readonly mistakes: readonly ProfileMistake[] } {
  const { document, mistakes: wrong, placeOf: place } = parseYaml(text);
  if (wrong.length > 0) return { mistakes: wrong };
  const placeOf = (path: readonly PropertyKey[]) => place(offsetOf(document, path));
  const parsed = profilesSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) {
    const mistakes = parsed.error.issues.flatMap((issue) => problemsOf(issue));
    return { mistakes: mistakes.map(({ path, problem }) => ({ ...placeOf(path), problem })) };
  }
  const mistakes = contradictions(parsed.data).map(({ path, problem }) => ({ ...placeOf(path), problem }));
  return mistakes.length > 0 ? { mistakes } : parsed.data;
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

type Issue = NonNullable<ReturnType<typeof profilesSchema.safeParse>['error']>['issues'][number];

function problemsOf(issue: Issue): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      problem: `${[...issue.path, key].join('.')} is not a key of profiles`,
    }));
  // Of the ways in which a value may be written, the first is told about.
  const inner =
    issue.code === 'invalid_union' ? issue.errors.find((errors) => errors[0]?.code !== 'invalid_type')?.[0] : undefined;
  const path = [...issue.path, ...(inner?.path ?? [])];
  return [{ path, problem: `${path.join('.') || 'the file'}: ${inner?.message ?? issue.message}` }];
}

/** What no schema of a part can see. */
function contradictions({ boots, machines, others }: Profiles): Problem[] {
  const isBoot = (name: string) => name === 'local' || Object.hasOwn(boots, name);
  const unknown = (path: readonly PropertyKey[], name: string): Problem[] =>
    isBoot(name) ? [] : [{ path, problem: `${path.join('.')}: there is no ${name} in boots` }];
  const seen = new Map<string, number>();
  const twice = machines.flatMap(({ mac, uuid, name }, index) =>
    [...mac.map((each) => ['mac', each]), ['uuid', uuid], ['name', name]].flatMap(([key = '', value]) => {
      const first = value === undefined ? undefined : seen.get(`${key} ${value}`);
      if (value !== undefined && first === undefined) seen.set(`${key} ${value}`, index);
      if (first === undefined) return [];
      return [
        {
          path: ['machines', index, key],
          problem: `machines.${index}.${key}: ${value} is that of machines.${first} too`,
        },
      ];
    }),
  );
  const local = Object.hasOwn(boots, 'local')
    ? [{ path: ['boots', 'local'], problem: 'boots.local: local is the own disk of a machine' }]
    : [];
  return [
    ...local,
    ...machines.flatMap(({ boot }, index) => unknown(['machines', index, 'boot'], boot)),
    ...unknown(['others'], others),
    ...twice,
  ];
}

/** Where the value of a path is, or the nearest that has a place in the file. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
