import { AgentError } from '../../../core/error/agent-error.ts';
import { suggestion } from '../../../core/command/suggestion.ts';

/** How an output is made: from the tree, or from the raw image by qemu-img, whose word for it is `format`. */
type Making = { readonly from: 'tree' } | { readonly from: 'disk'; readonly format: string };

const fromTree: Making = { from: 'tree' };
const byQemu = (format: string): Making => ({ from: 'disk', format });

/** Every kind of output with the ending of its file's name. To add one that qemu-img knows: a line here. */
const table = {
  tar: { ending: 'tar', making: fromTree },
  tgz: { ending: 'tgz', making: fromTree },
  squashfs: { ending: 'squash', making: fromTree },
  raw: { ending: 'raw', making: byQemu('raw') },
  qcow2: { ending: 'qcow2', making: byQemu('qcow2') },
  vmdk: { ending: 'vmdk', making: byQemu('vmdk') },
  vdi: { ending: 'vdi', making: byQemu('vdi') },
  vhdx: { ending: 'vhdx', making: byQemu('vhdx') },
  vpc: { ending: 'vpc', making: byQemu('vpc') },
} as const satisfies Readonly<Record<string, { readonly ending: string; readonly making: Making }>>;

export type OutputType = keyof typeof table;

/** What the original can make and we cannot, with the way out. */
const refused: Readonly<Record<string, string>> = {
  vhd: 'it needs vhd-util, which no Debian has any more; type vpc is the same format, made by qemu-img',
  docker: 'it needs docker; make type tar, and give it to `docker import`',
  aci: 'App Container Images are no longer used; make the type tar',
};

/**
 * The types of `-t`, each once, in the order given.
 * @throws AgentError `output.type`
 */
export function parseOutputTypes(list: string): OutputType[] {
  const words = list.split(',').map((word) => word.trim());
  return [...new Set(words)].filter((word) => word !== '').map(known);
}

export function endingOf(type: OutputType): string {
  return table[type].ending;
}

export function makingOf(type: OutputType): Making {
  return table[type].making;
}

/**
 * The path of `-o` as outputs are called by it: a suffix that is that of the only type is left out.
 * @throws AgentError `output.name`
 */
export function withoutSuffix(path: string, types: readonly OutputType[]): string {
  const [only, ...others] = types;
  const suffix = only !== undefined && others.length === 0 ? `.${endingOf(only)}` : '';
  const name = suffix !== '' && path.endsWith(suffix) ? path.slice(0, -suffix.length) : path;
  if (name !== '' && !name.endsWith('/')) return name;
  throw new AgentError('it has no name for the image', {
    code: 'output.name',
    subject: path === '' ? '-o' : path,
    remedy: 'give a name after the folder, such as -o folder/image',
  });
}

function known(word: string): OutputType {
  if (Object.hasOwn(table, word)) return word as OutputType;
  const reason = Object.hasOwn(refused, word) ? refused[word] : undefined;
  throw new AgentError(reason === undefined ? `there is no such type of output${suggestion(word, types)}` : reason, {
    code: 'output.type',
    subject: `-t ${word}`,
    remedy: `use one or more of ${types.join(', ')}`,
  });
}

const types = Object.keys(table);
