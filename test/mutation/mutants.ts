import { parseAst } from 'vitest/node';

/** One small change of a source file. */
export interface Mutant {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Where a change goes, without the text around it. */
type Change = readonly [place: Pick<Node, 'start' | 'end'>, after: string];

/**
 * Every change of a source that a test has to notice: conditions that are always or never true, operators that are another,
 * literals that differ, steps of a list and statements that are left out. Sentences for people stay: nothing is decided by them.
 */
export function mutantsOf(source: string): Mutant[] {
  const tree = parseAst(source, { lang: 'ts' }) as unknown as Node;
  const changes = [...changesBelow(tree, source)];
  return changes.map(([{ start, end }, after]) => ({
    line: source.slice(0, start).split('\n').length,
    start,
    end,
    before: source.slice(start, end),
    after,
  }));
}

/**
 * The source with all of its changes in it. So a file is compiled once, however many changes it has.
 * @param which an expression that says which of them is in force, by its number
 */
export function withSwitches(source: string, which: string): string {
  const mutants = mutantsOf(source).map((mutant, number) => ({ ...mutant, number }));
  return `const mutantInForce = ${which}; ${switched(source, 0, source.length, mutants)}`;
}

type Numbered = Mutant & { readonly number: number };

/** A stretch of the source; the changes that are given lie within it. */
function switched(source: string, start: number, end: number, mutants: readonly Numbered[]): string {
  const [outer] = [...mutants].sort((a, b) => a.start - b.start || b.end - a.end);
  if (outer === undefined) return source.slice(start, end);
  // An expression that is an item of a list too stays one inside.
  const same = mutants
    .filter((each) => each.start === outer.start && each.end === outer.end)
    .sort((a, b) => Number(a.after === '...[]') - Number(b.after === '...[]'));
  const inner = mutants.filter((each) => !same.includes(each) && each.end <= outer.end);
  const behind = mutants.filter((each) => each.start >= outer.end);
  const own = same.reduce((text, each) => switchAt(each, text), switched(source, outer.start, outer.end, inner));
  return source.slice(start, outer.start) + own + switched(source, outer.end, end, behind);
}

/** What is changed is an expression, an item of a list, or a statement. */
function switchAt({ number, after }: Numbered, text: string): string {
  if (after === ';') return `if (mutantInForce !== ${number}) { ${text} }`;
  if (after === '...[]') return `...(mutantInForce === ${number} ? [] : [${text}])`;
  return `(mutantInForce === ${number} ? (${after}) : (${text}))`;
}

// Of what is erased nothing is left to run; what stands around a value is looked into.
const wrappers = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);
const untouched = new Set(['ImportDeclaration', 'ExportAllDeclaration', 'ImportExpression']);

function* changesBelow(node: Node, source: string): Generator<Change> {
  if (untouched.has(node.type) || (node.type.startsWith('TS') && !wrappers.has(node.type))) return;
  yield* changesOf(node, source);
  for (const child of childrenOf(node)) yield* changesBelow(child, source);
}

function childrenOf(node: Node): Node[] {
  const isName = (key: string) => key === 'key' && node.computed !== true;
  return Object.entries(node).flatMap(([key, value]) => {
    if (isName(key) || key === 'typeAnnotation') return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
}

function changesOf(node: Node, source: string): Change[] {
  return changesByType[node.type]?.(node, (part) => source.slice(part.start, part.end)) ?? [];
}

type ChangesOf = (node: Node, textOf: (node: Node) => string) => Change[];

const operators: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '-': '+',
  '*': '/',
  '/': '*',
  '&&': '||',
  '||': '&&',
  '??': '&&',
};

const methods: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  find: 'findLast',
};

const changesByType: Readonly<Record<string, ChangesOf>> = {
  BinaryExpression: otherOperator,
  LogicalExpression: otherOperator,
  ConditionalExpression: ({ test }) => alwaysOrNever(test as Node),
  IfStatement: ({ test }) => alwaysOrNever(test as Node),
  UnaryExpression: (node, textOf) => (node.operator === '!' ? [[node, textOf(node.argument as Node)]] : []),
  Literal: otherLiteral,
  ArrayExpression: withoutItems,
  ExpressionStatement: (node) => [[node, ';']],
  CallExpression: otherMethod,
};

function otherOperator(node: Node, textOf: (node: Node) => string): Change[] {
  const [left, right] = [node.left as Node, node.right as Node];
  const after = operators[String(node.operator)];
  return after === undefined ? [] : [[node, `(${textOf(left)}) ${after} (${textOf(right)})`]];
}

function alwaysOrNever(test: Node): Change[] {
  return [
    [test, 'true'],
    [test, 'false'],
  ];
}

function otherLiteral(node: Node, textOf: (node: Node) => string): Change[] {
  const { value } = node;
  if (typeof value === 'boolean') return [[node, String(!value)]];
  if (typeof value === 'number') return [[node, `(${textOf(node)} + 1)`]];
  return typeof value === 'string' && /^[^\s]+$/.test(value) ? [[node, "''"]] : [];
}

/** Each item that is more than a literal, which is changed by itself. */
function withoutItems(node: Node): Change[] {
  const items = (node.elements as readonly (Node | null)[]).filter((item) => item !== null);
  return items.filter(({ type }) => type !== 'Literal').map((item): Change => [item, '...[]']);
}

function otherMethod(node: Node, textOf: (node: Node) => string): Change[] {
  const { type, computed, property } = node.callee as Node;
  if (type !== 'MemberExpression' || computed === true) return [];
  const { start, end, name } = property as Node;
  const after = methods[String(name)];
  const text = textOf(node);
  return after === undefined ? [] : [[node, text.slice(0, start - node.start) + after + text.slice(end - node.start)]];
}
