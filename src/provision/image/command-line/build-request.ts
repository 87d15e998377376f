import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';
import { type BuildOption, buildOptions } from './build-options.ts';
import { getopt } from './getopt.ts';

export type Environment = Readonly<Record<string, string>>;

/** What was asked for on the command line and in the environment. */
export interface BuildRequest {
  readonly asks: 'build' | 'help' | 'version';
  /** As they were named. */
  readonly elements: readonly string[];
  readonly withBase: boolean;
  readonly arch: string;
  /** As they were asked for, with commas between them. */
  readonly types: string;
  /** The name of the images, perhaps with a folder and a suffix. */
  readonly output: string;
  readonly isCompressed: boolean;
  /** For elements of which nobody says otherwise. */
  readonly installType: string;
  readonly packages: readonly string[];
  /** The arguments as they were. */
  readonly args: readonly string[];
  /** The caller's environment with what the options set in it. */
  readonly environment: Environment;
  /** DIB_ variables that the caller gave. */
  readonly given: Environment;
}

export interface Caller {
  readonly environment: Environment;
  /** The machine's own architecture as Debian names it. */
  readonly arch: string;
}

/**
 * @param elsewhere long options that the caller has taken out of the arguments, for the suggestion beside a mistyped one
 * @throws AgentError `image.unknown-option` and others of getopt, `image.no-elements`
 */
export function readBuildRequest(
  args: readonly string[],
  caller: Caller,
  elsewhere: readonly string[] = [],
): BuildRequest {
  const { options, operands } = getopt(args, buildOptions, elsewhere);
  const valuesOf = (wanted: BuildOption['sets']) =>
    options.filter(({ option }) => option.sets === wanted).map(({ value }) => value);
  const has = (wanted: BuildOption['sets']) => valuesOf(wanted).length > 0;
  const set = Object.fromEntries(
    options.flatMap(({ option, value }) => {
      const [kind, variable = ''] = option.sets.split(':');
      return kind === 'variable' ? [[variable, option.constant ?? value]] : [];
    }),
  );
  const base = has('clear-environment') ? onlyRead(caller.environment) : caller.environment;
  const { IMAGE_NAME, IMAGE_ELEMENT = '', SKIP_BASE, ...inherited } = without(base, onlyOptions);
  const elements = [...IMAGE_ELEMENT.split(/\s+/).filter((word) => word !== ''), ...operands];
  const environment = { ...inherited, ...set };
  const asks = has('help') ? 'help' : has('version') ? 'version' : 'build';
  if (asks === 'build' && elements.length === 0) throw withoutElements();
  const installType = valuesOf('install-type').at(-1);
  return {
    asks,
    elements,
    withBase: !has('without-base') && SKIP_BASE !== '1',
    arch: valuesOf('arch').at(-1) ?? environment.ARCH ?? caller.arch,
    types: valuesOf('types').at(-1) ?? 'qcow2',
    output: valuesOf('output').at(-1) ?? IMAGE_NAME ?? 'image',
    isCompressed: !has('uncompressed'),
    installType: installType ?? 'source',
    packages: valuesOf('package').flatMap(listOf),
    args,
    environment: {
      ...environment,
      ...overType(environment, installType),
      DIB_DEBUG_TRACE: String(Number(environment.DIB_DEBUG_TRACE ?? 0) + valuesOf('trace').length),
    },
    given: Object.fromEntries(Object.entries(base).filter(([name]) => name.startsWith('DIB_'))),
  };
}

/** What the original takes from its options and not from its environment. */
const onlyOptions = ['MKFS_OPTS', 'LOGFILE', 'DOCKER_TARGET'];

function without(environment: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

/** An option counts before a variable; without the variable, hooks get the type by a file of environment.d. */
function overType({ DIB_DEFAULT_INSTALLTYPE }: Environment, type: string | undefined): Environment {
  return DIB_DEFAULT_INSTALLTYPE === undefined || type === undefined ? {} : { DIB_DEFAULT_INSTALLTYPE: type };
}

function listOf(value: string): string[] {
  return value.split(/[\s,]+/).filter((word) => word !== '');
}

const read =
  /^(?:HOME|PATH|TERM|TMPDIR|TMP_DIR|LANG|.*_proxy|ELEMENTS_PATH|ARCH|FS_TYPE|ROOT_LABEL|DIB_.*|SOURCE_DATE_EPOCH|OVERWRITE_OLD_IMAGE|IMAGE_NAME|IMAGE_ELEMENT|SKIP_BASE)$/;

function onlyRead(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => read.test(name)));
}

function withoutElements(): AgentError {
  return new AgentError('At least one distribution root element must be specified', {
    code: 'image.no-elements',
    subject: 'ELEMENT',
    remedy: 'name one, such as debian-minimal',
    exitCode: ExitCode.badUsage,
  });
}
