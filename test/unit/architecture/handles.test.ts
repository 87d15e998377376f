import { resolve } from 'node:path';
import { isAwaitExpression, isCallExpression, isPropertyAccessExpression } from 'typescript/unstable/ast/is';
import { isReturnStatement, isVariableDeclaration } from 'typescript/unstable/ast/is';
import { type AwaitExpression, type Node, NodeFlags } from 'typescript/unstable/ast';
import { describe, expect, test } from 'vitest';
import { project } from './compiler.ts';
import { sourceFiles } from './imports.ts';

describe('what is opened is closed, whatever fails: a file handle that is collected while it is open ends the process', () => {
  test('the compiler sees what is opened', () => {
    const files = new Set(opened.map(({ file }) => file));
    expect(files).toContain('src/core/system/replace-file.ts');
    expect(files).toContain('src/agent/disk/mount-disk.ts');
    expect(files).toContain('src/core/block-device/zeros.ts');
    expect(opened.length).toBeGreaterThan(40);
  });

  test('each is declared with `await using`, used by a stack of those, or returned to a caller who does', () => {
    const kept = opened.filter(({ isClosed }) => !isClosed).map(({ file, text }) => `${file}: ${text}`);
    expect(kept).toEqual([]);
  });
});

/** By what only generators, streams and servers have: the first two are closed by who reads them, a server when it stops. */
const closedOtherwise: ReadonlySet<string> = new Set(['next', 'eventNames', 'listen']);

/** Every value that is awaited and has `Symbol.asyncDispose`: a file, a folder, a place to mount on. */
const opened = sourceFiles.flatMap((file) => {
  const awaited = awaitsOf(project.program.getSourceFile(resolve(file)));
  const types = project.checker.getTypeAtLocation(awaited);
  return awaited
    .filter((_, index) => isHandle(types[index]))
    .map((node) => ({ file, text: node.getText(), isClosed: isClosed(node) }));
});

function awaitsOf(node: Node | undefined): AwaitExpression[] {
  const found: AwaitExpression[] = [];
  const visit = (each: Node): void => {
    if (isAwaitExpression(each)) found.push(each);
    each.forEachChild(visit);
  };
  if (node !== undefined) visit(node);
  return found;
}

function isHandle(type: Parameters<typeof project.checker.getPropertiesOfType>[0] | undefined): boolean {
  if (type === undefined) return false;
  const known = project.checker.getNonNullableType(type) ?? type;
  const names = project.checker.getPropertiesOfType(known).map(({ name }) => name);
  return names.some((name) => name.includes('@asyncDispose')) && !names.some((name) => closedOtherwise.has(name));
}

function isClosed(node: AwaitExpression): boolean {
  const { parent } = node;
  if (isReturnStatement(parent) || (isCallExpression(parent) && isReturnStatement(parent.parent))) return true;
  if (isVariableDeclaration(parent)) return (parent.parent.flags & NodeFlags.AwaitUsing) === NodeFlags.AwaitUsing;
  return (
    isCallExpression(parent) && isPropertyAccessExpression(parent.expression) && parent.expression.name.text === 'use'
  );
}
