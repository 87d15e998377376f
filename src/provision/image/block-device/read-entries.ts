import { readYaml } from '../yaml/read-yaml.ts';
import { type Mistake, refuseIfAny } from './mistakes.ts';
import { isPlugin, plugins } from './plugins.ts';

/** One plugin with its settings, `{ mkfs: { base: root, … } }`. */
export type Entry = Readonly<Record<string, Settings>>;
export type Settings = Readonly<Record<string, unknown>>;

const nowhere = 'block device';

/**
 * The list of a YAML 1.1 text, which is what diskimage-builder reads: in it `yes` is true.
 * @throws AgentError `block-device.yaml` or `block-device.entry`
 */
export function readEntries(text: string): Entry[] {
  const list = parse(text);
  if (!Array.isArray(list))
    refuse('yaml', nowhere, 'it is not a list of entries such as `- local_loop: {name: image0}`');
  const entries = list as readonly unknown[];
  refuseIfAny(entries.flatMap((entry, index) => mistakesOf(entry, `entry ${index + 1}`)));
  return entries as Entry[];
}

export function isMap(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  const reading = readYaml(text, ['type']);
  if (reading.mistake !== undefined) return refuse('yaml', nowhere, `it is not YAML: ${reading.mistake}`);
  return reading.value;
}

function mistakesOf(entry: unknown, where: string): Mistake[] {
  const wrong = (what: string): Mistake[] => [{ problem: 'entry', where, what }];
  if (!isMap(entry)) return wrong(`it is not a map with the name of a plugin (${plugins.join(', ')})`);
  const [name, ...others] = Object.keys(entry);
  if (name === undefined || others.length > 0)
    return wrong(`it needs one key, and has ${[name, ...others].filter(Boolean).join(', ') || 'none'}`);
  if (!isPlugin(name)) return wrong(`${name} is not a plugin (${plugins.join(', ')})`);
  return isMap(entry[name]) ? [] : wrong(`${name} needs a map of settings`);
}

function refuse(problem: string, where: string, what: string): void {
  refuseIfAny([{ problem, where, what }]);
}
