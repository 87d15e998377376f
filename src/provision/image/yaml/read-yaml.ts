import { isScalar, LineCounter, parseDocument, type ScalarTag, type Tags, visit } from 'yaml';

export type YamlReading =
  | { readonly value: unknown; readonly mistake?: undefined }
  /** What is wrong with the text, with its line, as the end of a sentence. */
  | { readonly mistake: string };

/**
 * Where PyYAML, which reads these files for the original, takes less for a truth value or a number than YAML 1.1 says: `y`
 * and `n` are texts, and so are `8e00` and `09`. By tag, with a word that the pattern to be replaced takes.
 */
const narrower: readonly (readonly [tag: string, word: string, pattern: RegExp])[] = [
  ['bool', 'y', /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/],
  ['bool', 'n', /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/],
  ['float', '1e3', /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)[eE][-+][0-9]+$/],
  ['int', '9', /^[-+]?(?:0|[1-9][0-9_]*)$/],
];

function asPython(tags: Tags): Tags {
  return tags.map((tag) => {
    const scalar = tag as ScalarTag;
    const found = narrower.find(
      ([name, word]) => scalar.tag === `tag:yaml.org,2002:${name}` && scalar.test?.test(word),
    );
    return found === undefined ? tag : { ...scalar, test: found[2] };
  });
}

/**
 * Reads YAML 1.1, which is what diskimage-builder and its elements are written for: in it `yes` is true. A key that is
 * given twice has its last value.
 * @param texts keys whose values stay as they are written: `8e00` is no number there
 */
export function readYaml(text: string, texts: readonly string[] = []): YamlReading {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    customTags: asPython,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter,
  });
  const [error] = document.errors;
  if (error !== undefined) return { mistake: `line ${lineCounter.linePos(error.pos[0]).line}: ${error.message}` };
  visit(document, {
    Pair: (_, { key, value }) => {
      const isText = isScalar(key) && texts.includes(String(key.value));
      if (isText && isScalar(value) && typeof value.value === 'number')
        value.value = value.source ?? String(value.value);
    },
  });
  try {
    return { value: document.toJS() };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : 'it cannot be read' };
  }
}
