import { readFileSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';
import { expect, test } from 'vitest';
import { sourceFiles } from './imports.ts';

const mostWays = 15;

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
}

const forks = new Set([
  'IfStatement',
  'ConditionalExpression',
  'LogicalExpression',
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'WhileStatement',
  'DoWhileStatement',
  'CatchClause',
]);

test.each([
  ['const f = () => 1;', [1]],
  ['function f(a, b) { if (a && b) return 1; return a ? 2 : 3; }', [4]],
  ['function f(a) { switch (a) { case 1: return 1; case 2: return 2; default: return 3; } }', [3]],
  ['const f = (list) => { for (const each of list) g(() => each ?? 1); };', [2, 2]],
])('ways through the functions of %s', (text, ways) => {
  expect(waysThrough(text).map((each) => each.ways)).toEqual(ways);
});

// McCabe's count: one, and one more for each place where the way forks.
test(`no function of the sources has more than ${mostWays} ways through it`, () => {
  const crooked = sourceFiles.flatMap((file) =>
    waysThrough(readFileSync(file, 'utf8'))
      .filter(({ ways }) => ways > mostWays)
      .map(({ line, ways }) => `${file}:${line} has ${ways}`),
  );
  expect(crooked).toEqual([]);
});

function waysThrough(text: string): { line: number; ways: number }[] {
  const functionsIn = (node: SyntaxNode): SyntaxNode[] => [
    ...(isFunction(node) ? [node] : []),
    ...partsOf(node).flatMap(functionsIn),
  ];
  return functionsIn(parseAst(text, { lang: 'ts' })).map((node) => ({
    line: text.slice(0, node.start).split('\n').length,
    ways: 1 + partsOf(node).reduce((sum, part) => sum + forksIn(part), 0),
  }));
}

function forksIn(node: SyntaxNode): number {
  if (isFunction(node)) return 0;
  const isFork = forks.has(node.type) || (node.type === 'SwitchCase' && 'test' in node && node.test !== null);
  return partsOf(node).reduce((sum, part) => sum + forksIn(part), isFork ? 1 : 0);
}

function isFunction({ type }: SyntaxNode): boolean {
  return type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression';
}

function partsOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
