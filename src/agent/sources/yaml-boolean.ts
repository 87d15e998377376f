const words: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  true: true,
  no: false,
  off: false,
  false: false,
};

/** YAML 1.1, which cloud-init and netplan read, has more words for true and false than YAML 1.2, where they are texts. */
export function yamlBoolean(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const word = value.toLowerCase();
  return Object.hasOwn(words, word) ? words[word] : value;
}
