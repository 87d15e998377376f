/**
 * A recorded plugin, written for cdist in Python, as a module of ours that does the same. Only what the records hold is
 * known here; anything else fails the test that needs it.
 */
export function inOurLanguage(python: string): string {
  const lines = python.replace(/;\s*/g, '\n').split('\n');
  const out = [`const list = (words) => '[' + words.map((word) => "'" + word + "'").join(', ') + ']';`];
  let isInClass = false;
  for (const line of lines) {
    if (line.trim() === '' || line.trim() === '@classmethod') continue;
    if (isInClass && !/^\s/.test(line)) {
      out.push('}');
      isInClass = false;
    }
    if (/^class /.test(line)) isInClass = true;
    out.push(statement(line, isInClass));
  }
  return `${out.join('\n')}\n${isInClass ? '}\n' : ''}`;
}

export function nameInOurLanguage(path: string): string {
  return path.replace(/__init__\.py$/, 'index.mjs').replace(/\.py(~?)$/, '.mjs$1');
}

type Rule = readonly [pattern: RegExp, translate: (groups: readonly string[], isInClass: boolean) => string];

const rules: readonly Rule[] = [
  [
    /^_(cdist_preos|preos_name) = (.*)$/,
    ([name, value], isIn) => `${isIn ? 'static' : 'export const'} _${name} = ${literal(value)};`,
  ],
  [/^commandline = (\d+)$/, ([value], isIn) => `${isIn ? 'static' : 'export const'} commandline = ${value};`],
  [/^class (\w+)\((?:object)?\):$/, ([name]) => `export class ${name} {`],
  [/^class (\w+)\((\w+)\):$/, ([name, above]) => `export class ${name} extends ${above} {`],
  [
    /^def commandline\(\w+, (?:args|a)\):$/,
    (_, isIn) => (isIn ? 'static commandline(args)' : 'export function commandline(args)'),
  ],
  [/^print\((.*)\)$/, ([words]) => `{ console.log(${words?.split(', ').map(spoken).join(', ')}); }`],
  [/^pass$/, (_, isIn) => (isIn ? '' : '{}')],
  [/^return (\d+)$/, ([value]) => `{ return ${value}; }`],
  [/^raise \w+\((.*)\)$/, ([text]) => `{ throw new Error(${text}); }`],
  [/^import sys$/, () => ''],
  [/^sys\.exit\((\d+)\)$/, ([status]) => `process.exit(${status});`],
  [/^import (\w+)$/, ([name]) => `import '${name}';`],
  [/^def \(:$/, () => 'function (:'],
  [/^x = 1$/, () => 'export const x = 1;'],
];

function statement(line: string, isInClass: boolean): string {
  for (const [pattern, translate] of rules) {
    const found = pattern.exec(line.trim());
    if (found !== null) return translate(found.slice(1), isInClass);
  }
  throw new Error(`no rule for ${JSON.stringify(line)}`);
}

function literal(value = ''): string {
  return value.replace('True', 'true').replace('False', 'false');
}

function spoken(word: string): string {
  if (/\.__name__$/.test(word)) return 'this.name';
  if (/\._preos_name$/.test(word)) return '_preos_name';
  return /^(?:args|a)$/.test(word) ? 'list(args)' : word;
}
