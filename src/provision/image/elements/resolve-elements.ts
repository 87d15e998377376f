import { AgentError } from '../../../core/error/agent-error.ts';
import { suggestion } from '../../../core/command/suggestion.ts';
import { type Element, type Elements, operatingSystem } from './element.ts';

/**
 * The elements of an image, sorted by name: those asked for, what they need, and what those need. An element that another
 * one provides is left out. The search goes breadth first, as a provider counts only for names that are met after it.
 * @throws AgentError `image.element-missing`, `image.element-provided` or `image.no-operating-system`
 */
export function resolveElements(wanted: readonly string[], elements: Elements): Element[] {
  const chosen = new Set(wanted);
  const provider = new Map<string, string>();
  const queue: { readonly name: string; readonly neededBy?: Element }[] = wanted.map((name) => ({ name }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (provider.has(next.name)) continue;
    const element = elements.get(next.name) ?? missing(next.name, next.neededBy, elements);
    for (const name of element.provides) {
      const other = provider.get(name);
      if (other !== undefined) throw providedTwice(name, other, element.name);
      provider.set(name, element.name);
    }
    for (const name of element.needs) {
      if (chosen.has(name) || provider.has(name)) continue;
      queue.push({ name, neededBy: element });
    }
    for (const name of element.needs) chosen.add(name);
  }
  for (const name of wanted) refuseProvided(name, provider);
  if (!provider.has(operatingSystem)) throw withoutOperatingSystem();
  return [...chosen]
    .filter((name) => !provider.has(name))
    .flatMap((name) => elements.get(name) ?? [])
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function missing(name: string, neededBy: Element | undefined, elements: Elements): never {
  if (neededBy !== undefined && name.startsWith('#')) {
    throw new AgentError(`Element '${name}' not found: comments are not allowed in a list of elements`, {
      code: 'image.element-missing',
      subject: `${neededBy.folder}/element-deps`,
      remedy: 'take the comment out',
    });
  }
  const asked = neededBy === undefined ? '' : `, which ${neededBy.name} needs (${neededBy.folder}/element-deps)`;
  throw new AgentError(`Element '${name}' not found${asked}${suggestion(name, [...elements.keys()])}`, {
    code: 'image.element-missing',
    subject: name,
    remedy: 'name its folder in ELEMENTS_PATH; an element that provides it has to be asked for by its own name',
  });
}

function providedTwice(name: string, first: string, second: string): AgentError {
  return new AgentError(`already provided by ['${first}'], and ${second} provides it too`, {
    code: 'image.element-provided',
    subject: name,
    remedy: `leave out ${first} or ${second}`,
  });
}

function refuseProvided(name: string, provider: ReadonlyMap<string, string>): void {
  const by = provider.get(name);
  if (by === undefined) return;
  throw new AgentError(`it is asked for by name, and ${by} provides it`, {
    code: 'image.element-provided',
    subject: name,
    remedy: `leave out ${name} or ${by}`,
  });
}

function withoutOperatingSystem(): AgentError {
  return new AgentError('Please include an operating system element', {
    code: 'image.no-operating-system',
    subject: operatingSystem,
    remedy: 'add an element that provides operating-system, such as debian-minimal',
  });
}
