/** A name of a language or of a country's form of it: `de`, `sr_Latn_RS`. */
const locale = /^[a-z]{2,3}(?:_[A-Za-z0-9]+)*$/;
const usedLocales = ['en', 'en_US', 'en_US_POSIX', 'res_index'];
/** Ways to write one script in another, numbers in words, where words and lines end. */
const foldersOfText = ['translit', 'rbnf', 'brkitr'];
/** Where characters end as people see them: `Intl.Segmenter`, by which listr2 cuts lines to the width of a terminal. */
const ofCharacters = ['brkitr/root.res', 'brkitr/char.brk'];
/** Names of currencies, languages, countries, time zones and units; the order of words. */
const foldersOfNames = ['curr', 'lang', 'region', 'zone', 'unit', 'coll'];

/**
 * Items of ICU about languages other than English, about encodings other than those of Unicode, and about text that people
 * read: neither program uses any.
 * @param name such as `de.res` or `translit/el.res`
 */
export function isOfLanguages(name: string): boolean {
  const { folder, file } = partsOf(name);
  if (ofCharacters.includes(name)) return false;
  if (foldersOfText.includes(folder) || name === 'unames.icu' || name.endsWith('.cnv')) return true;
  const stem = /^(.*)\.res$/.exec(file)?.[1];
  return stem !== undefined && locale.test(stem) && !usedLocales.includes(stem);
}

/** What is behind Intl and localeCompare() in English too, and the tables for names of hosts in other scripts: the agent has none. */
export function isOfIntl(name: string): boolean {
  return (
    isOfLanguages(name) ||
    ofCharacters.includes(name) ||
    foldersOfNames.includes(partsOf(name).folder) ||
    /\.(?:spp|cfu)$/.test(name)
  );
}

function partsOf(name: string): { readonly folder: string; readonly file: string } {
  const [folder = '', file] = name.split('/', 2);
  return file === undefined ? { folder: '', file: name } : { folder, file };
}
