import { expect, test } from 'vitest';
import { type BuildInputs, stageKeys } from '../../../../../src/provision/image/cache/state-keys.ts';

const inputs: BuildInputs = {
  builder: '1',
  arch: 'amd64',
  installType: 'source',
  packages: ['p'],
  environment: { DIB_RELEASE: 'trixie', TERM: 'xterm' },
  namedFiles: { '/keys': 'k1' },
  files: [
    'root.d/10-os',
    'environment.d/10-e',
    'data/x',
    'bin/tool',
    'package-installs.yaml',
    'static/etc/x',
    'extra-data.d/10-x',
    'pre-install.d/10-x',
    'install.d/10-x',
    'post-install.d/10-x',
    'cleanup.d/10-x',
  ].map((path) => ({ path, digest: `digest of ${path}` })),
  outcome: 'qcow2',
};

const keys = stageKeys(inputs);

/** Which keys stay the same. */
function kept(changed: Partial<BuildInputs>): string {
  const other = stageKeys({ ...inputs, ...changed });
  return (['root', 'preInstall', 'install', 'image'] as const).filter((name) => other[name] === keys[name]).join(' ');
}

function withChanged(path: string): Partial<BuildInputs> {
  return { files: inputs.files.map((file) => (file.path === path ? { path, digest: 'other' } : file)) };
}

test('the same inputs have the same keys, each another', () => {
  expect(kept({})).toBe('root preInstall install image');
  expect(new Set(Object.values(keys)).size).toBe(4);
});

test.each([
  ['root.d/10-os', ''],
  ['environment.d/10-e', ''],
  ['data/x', ''],
  ['bin/tool', ''],
  ['package-installs.yaml', 'root'],
  ['extra-data.d/10-x', 'root'],
  ['pre-install.d/10-x', 'root'],
  ['install.d/10-x', 'root preInstall'],
  ['static/etc/x', 'root preInstall'],
  ['post-install.d/10-x', 'root preInstall install'],
  ['cleanup.d/10-x', 'root preInstall install'],
])('a change of %s keeps the states after: %s', (path, expected) => {
  expect(kept(withChanged(path))).toBe(expected);
});

test.each([
  ['another builder', { builder: '2' }, ''],
  ['another architecture', { arch: 'arm64' }, ''],
  ['a variable that hooks read', { environment: { DIB_RELEASE: 'bookworm' } }, ''],
  [
    'a variable of the terminal',
    { environment: { DIB_RELEASE: 'trixie', TERM: 'vt100', SSH_TTY: 'x' } },
    'root preInstall install image',
  ],
  [
    'the folders of this build',
    { environment: { DIB_RELEASE: 'trixie', TMP_BUILD_DIR: '/tmp/x' } },
    'root preInstall install image',
  ],
  ['a file that a variable names', { namedFiles: { '/keys': 'k2' } }, ''],
  ['a package of the command line', { packages: ['p', 'q'] }, 'root preInstall'],
  ['another image of the same tree', { outcome: 'raw' }, 'root preInstall install'],
] as const)('%s keeps the states after: %s', (_, changed, expected) => {
  expect(kept(changed)).toBe(expected);
});

test('a further hook of install.d can change what extra-data.d makes of the hooks', () => {
  expect(kept({ files: [...inputs.files, { path: 'install.d/20-y', digest: 'y' }] })).toBe('root');
});
