import { parse } from 'yaml';
import { z } from 'zod';
import { AgentError } from '../../../core/error/agent-error.ts';

export type PackagePhase = 'pre-install.d' | 'install.d' | 'post-install.d';

export const packagePhases: readonly PackagePhase[] = ['pre-install.d', 'install.d', 'post-install.d'];

/** One package of an element, with the conditions under which it is meant. */
export interface PackageWish {
  readonly element: string;
  readonly name: string;
  readonly phase: PackagePhase;
  readonly does: 'install' | 'uninstall' | 'build-only';
  readonly architectures?: readonly string[];
  readonly otherArchitectures?: readonly string[];
  readonly installType?: string;
  readonly pythonVersion?: string;
  readonly when: readonly Condition[];
}

/** `NAME = value`, or with `!=`. */
export interface Condition {
  readonly variable: string;
  readonly isEqual: boolean;
  readonly value: string;
}

const truth = z.union([z.boolean(), z.stringbool()]).nullable().optional();
const text = z.union([z.string(), z.number()]).transform(String);

const parameters = z
  .strictObject({
    phase: z.enum(['pre-install.d', 'install.d', 'post-install.d']).default('install.d'),
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

const file = z.record(z.string(), z.union([z.null(), z.array(parameters.nullable()), parameters])).nullable();

/**
 * The packages in package-installs.yaml or .json of an element; JSON is read as the YAML that it is. An empty file is an
 * empty list.
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

/** The older form: a file of names in a folder of a phase; a dash in front takes the package away. */
export function readPackageList(element: string, phase: PackagePhase, content: string): PackageWish[] {
  return content
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => ({
      element,
      name: word.replace(/^-/, ''),
      phase,
      does: word.startsWith('-') ? ('uninstall' as const) : ('install' as const),
      when: [],
    }));
}

function parsed(content: string, path: string): unknown {
  try {
    // PyYAML, by which elements were tried, reads YAML 1.1.
    return parse(content, { version: '1.1', stringKeys: true });
  } catch (cause) {
    throw mistake(path, 'it is not YAML', cause);
  }
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
    when: [when].flat().map((condition) => conditionOf(condition, name, path)),
  };
}

function listOf(value: string): string[] {
  return value.split(',').map((word) => word.trim());
}

function conditionOf(condition: string, name: string, path: string): Condition {
  const [, variable, operator, value = ''] = /^\s*(\w+)\s*(!=|=)\s*(.*)$/s.exec(condition) ?? [];
  if (variable === undefined) throw mistake(path, `${name}: '${condition}' is not NAME = value or NAME != value`);
  return { variable, isEqual: operator === '=', value };
}

function mistake(path: string, message: string, cause?: unknown): AgentError {
  return new AgentError(message, {
    code: 'image.package-installs',
    subject: path,
    remedy: 'correct the file',
    ...(cause === undefined ? {} : { cause }),
  });
}
