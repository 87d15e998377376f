import { z } from 'zod';
import { AgentError } from '../../../core/error/agent-error.ts';
import { readYaml } from '../yaml/read-yaml.ts';

export type PackagePhase = 'pre-install.d' | 'install.d' | 'post-install.d';

export const packagePhases: readonly PackagePhase[] = ['pre-install.d', 'install.d', 'post-install.d'];

/** One package of an element, with the conditions under which it is meant. */
export interface PackageWish {
  readonly element: string;
  readonly name: string;
  /** In a phase other than the three that install packages it means nothing. */
  readonly phase: string;
  readonly does: 'install' | 'uninstall' | 'build-only';
  readonly architectures?: readonly string[];
  readonly otherArchitectures?: readonly string[];
  readonly installType?: string;
  readonly pythonVersion?: string;
  /** As they are written: one that stands at a wish of another architecture is never read. */
  readonly when: readonly string[];
  /** The file that says so. */
  readonly path: string;
  /** Keys that mean nothing. */
  readonly ignored: readonly string[];
}

/** A key without a value says that it is so. */
const truth = z.union([z.boolean(), z.stringbool(), z.null().transform(() => true)]).optional();
const text = z.union([z.string(), z.number()]).transform(String);

const parameters = z
  .looseObject({
    phase: z.string().default('install.d'),
    uninstall: truth,
    'build-only': truth,
    installtype: z.string().optional(),
    arch: z.string().optional(),
    'not-arch': z.string().optional(),
    dib_python_version: text.optional(),
    when: z.union([z.string(), z.array(z.string())]).optional(),
  })
  .refine((set) => set.arch === undefined || set['not-arch'] === undefined, 'arch and not-arch exclude each other');

type Parameters = z.infer<typeof parameters>;

const known = new Set<string>(Object.keys(parameters.shape));

/** Whatever is empty stands for a package without parameters: `null`, `''`, `[]`, `false`. */
const nothing = z.union([z.null(), z.literal(''), z.literal(0), z.literal(false), z.tuple([])]).transform(() => null);

const file = z.record(z.string(), z.union([nothing, z.array(parameters.nullable()), parameters])).nullable();

/**
 * The packages in package-installs.yaml or .json of an element; either may hold JSON or YAML. An empty file is an empty
 * list.
 * @throws AgentError `image.package-installs`
 */
export function readPackageInstalls(element: string, content: string, path: string): PackageWish[] {
  const read = file.safeParse(parsed(content, path));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw mistake(path, `${issue?.path.join('.') ?? ''}: ${deepest(issue)}`);
  }
  return Object.entries(read.data ?? {}).flatMap(([name, sets]) =>
    (Array.isArray(sets) ? sets : [sets]).map((set) => wishOf(element, name, set ?? parameters.parse({}), path)),
  );
}

/**
 * The older form: a file of names in a folder of a phase, with comments. A package with a dash in front is there for the
 * phase only.
 */
export function readPackageList(element: string, phase: PackagePhase, content: string, path = ''): PackageWish[] {
  return content
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => line.split(/\s+/))
    .filter((word) => word !== '')
    .map((word) => ({
      element,
      name: word.replace(/^-/, ''),
      phase,
      does: word.startsWith('-') ? ('build-only' as const) : ('install' as const),
      when: [],
      path,
      ignored: [],
    }));
}

/** JSON can have tabs where YAML cannot. */
function parsed(content: string, path: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return yamlIn(content, path);
  }
}

function yamlIn(content: string, path: string): unknown {
  const reading = readYaml(content, ['dib_python_version']);
  if (reading.mistake !== undefined) throw mistake(path, reading.mistake);
  return reading.value;
}

/** Of a value that fits none of several shapes, what is wrong with it in the last of them. */
function deepest(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code !== 'invalid_union') return issue?.message ?? '';
  const inner = issue.errors.at(-1)?.[0];
  return inner === undefined ? issue.message : `${inner.path.join('.')} ${deepest(inner)}`.trim();
}

function wishOf(element: string, name: string, set: Parameters, path: string): PackageWish {
  const { arch, 'not-arch': otherArch, installtype: installType, dib_python_version: pythonVersion, when = [] } = set;
  return {
    element,
    name,
    phase: set.phase,
    does: set['build-only'] ? 'build-only' : set.uninstall ? 'uninstall' : 'install',
    ...(arch === undefined ? {} : { architectures: listOf(arch) }),
    ...(otherArch === undefined ? {} : { otherArchitectures: listOf(otherArch) }),
    ...(installType === undefined ? {} : { installType }),
    ...(pythonVersion === undefined ? {} : { pythonVersion }),
    when: [when].flat(),
    path,
    ignored: Object.keys(set).filter((key) => !known.has(key)),
  };
}

function listOf(value: string): string[] {
  return value.split(',').map((word) => word.trim());
}

function mistake(path: string, message: string): AgentError {
  return new AgentError(message, {
    code: 'image.package-installs',
    subject: path,
    remedy: 'correct the file',
  });
}
