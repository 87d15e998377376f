/**
 * A parser that gives for a text that it has seen what it gave before. With hundreds of disks that come at once, each is decided about
 * by what is on record of all others.
 * @param parse depends on the text only; its result is not changed by anybody
 * @param most how many texts are kept: then it begins again
 */
export function parseOnce<T>(parse: (text: string) => T, most = 512): (text: string) => T {
  const seen = new Map<string, { readonly value: T }>();
  return (text) => {
    const known = seen.get(text);
    if (known !== undefined) return known.value;
    const value = parse(text);
    if (seen.size >= most) seen.clear();
    seen.set(text, { value });
    return value;
  };
}
