import { AgentError } from '../../../core/error/agent-error.ts';
import type { PackageWish } from './package-installs.ts';

/**
 * Whether all conditions of a wish hold. Each one is read, also after one that does not hold: a variable that is not set is
 * a mistake whatever the others say.
 * @throws AgentError `image.package-installs`, `image.package-condition`
 */
export function conditionsHold(wish: PackageWish, environment: Readonly<Record<string, string>>): boolean {
  return wish.when.map((condition) => holds(condition, wish, environment)).every((each) => each);
}

/** `NAME = value`, or with `!=`; the value is all that follows. */
const pattern = /^(\w+)\s*(!=|=)\s*(.*)/;

function holds(condition: string, wish: PackageWish, environment: Readonly<Record<string, string>>): boolean {
  const [, variable, operator, value = ''] = pattern.exec(condition) ?? [];
  if (variable === undefined) throw notACondition(condition, wish);
  const found = environment[variable];
  if (found === undefined) throw notSet(variable, wish);
  return (found === value) === (operator === '=');
}

function notACondition(condition: string, { name, path }: PackageWish): AgentError {
  return new AgentError(`${name}: '${condition}' is not NAME = value or NAME != value`, {
    code: 'image.package-installs',
    subject: path,
    remedy: 'correct the file',
  });
}

function notSet(variable: string, { element, name }: PackageWish): AgentError {
  return new AgentError(`the package ${name} depends on the variable ${variable}, which is not set`, {
    code: 'image.package-condition',
    subject: `package-installs of ${element}`,
    remedy: `set ${variable}, or give it a value in environment.d`,
  });
}
