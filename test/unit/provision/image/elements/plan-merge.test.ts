import { expect, test } from 'vitest';
import { type ElementContent, planMerge } from '../../../../../src/provision/image/elements/plan-merge.ts';

/** Paths that end with a slash are folders, those with an @ links. */
function element(name: string, ...paths: string[]): ElementContent {
  const entries = paths.map((path) => {
    if (path.endsWith('/')) return { path: path.slice(0, -1), type: 'folder' as const };
    return path.endsWith('@') ? { path: path.slice(0, -1), type: 'link' as const } : { path, type: 'file' as const };
  });
  return { name, folder: `/e/${name}`, entries };
}

const paths = (...contents: ElementContent[]) => planMerge(contents).files.map(({ path }) => path);

test('folders of all elements lie over each other, the outer before the inner', () => {
  const merged = planMerge([
    element('a', 'data/', 'data/sub/', 'data/sub/one'),
    element('b', 'data/', 'data/sub/', 'data/sub/two'),
  ]);
  expect(merged.folders).toEqual(['data', 'data/sub']);
  expect(merged.files.map(({ from }) => from)).toEqual(['/e/a/data/sub/one', '/e/b/data/sub/two']);
});

test('of files directly in elements the last counts', () => {
  const { files } = planMerge([element('a', 'pkg-map'), element('b', 'pkg-map')]);
  expect(files).toEqual([{ path: 'pkg-map', from: '/e/b/pkg-map', element: 'b' }]);
});

test('tests and __pycache__ stay out as folders, and deeper down they are names like others', () => {
  const content = element(
    'a',
    'tests/',
    'tests/x',
    '__pycache__/',
    '__pycache__/y',
    'data/',
    'data/tests/',
    'data/tests/z',
  );
  expect(paths(content)).toEqual(['data/tests/z']);
});

test('hidden names directly in a folder stay out; hidden folders on top and hidden names deeper down come along', () => {
  const content = element(
    'a',
    '.hidden.d/',
    '.hidden.d/10-x',
    'install.d/',
    'install.d/.10-x.swp',
    'static/',
    'static/etc/',
    'static/etc/.x',
  );
  expect(paths(content)).toEqual(['.hidden.d/10-x', 'static/etc/.x']);
});

test.each([
  ['two files', element('a', 'install.d/', 'install.d/10-x'), element('b', 'install.d/', 'install.d/10-x')],
  ['a file and a link', element('a', 'install.d/', 'install.d/10-x'), element('b', 'install.d/', 'install.d/10-x@')],
  ['a link and a folder', element('a', 'data/', 'data/etc@'), element('b', 'data/', 'data/etc/', 'data/etc/passwd')],
  ['a folder and a link', element('a', 'data/', 'data/etc/', 'data/etc/passwd'), element('b', 'data/', 'data/etc@')],
])('%s of one name below a folder are refused', (_, one, other) => {
  expect(() => planMerge([one, other])).toThrow(
    expect.objectContaining({ code: 'image.duplicate-hook', message: expect.stringMatching(/\/e\/b\//) }),
  );
});

test('deeper down the last of two files counts, as people have folders of data that overlap', () => {
  const merged = planMerge([
    element('a', 'install.d/', 'install.d/data/', 'install.d/data/x'),
    element('b', 'install.d/', 'install.d/data/', 'install.d/data/x'),
  ]);
  expect(merged.files).toEqual([{ path: 'install.d/data/x', from: '/e/b/install.d/data/x', element: 'b' }]);
});

test('compiled Python directly in an element stays out', () => {
  expect(paths(element('a', 'x.pyc', 'README', 'bin/', 'bin/y.pyc'))).toEqual(['README', 'bin/y.pyc']);
});

test('the same name in another phase is another hook', () => {
  expect(paths(element('a', 'install.d/', 'install.d/10-x'), element('b', 'root.d/', 'root.d/10-x'))).toHaveLength(2);
});
