import { expect, test } from 'vitest';
import { readBuildRequest } from '../../../../../src/provision/image/command-line/build-request.ts';

const caller = { environment: { PATH: '/bin', OWN: 'x', DIB_OWN: 'y' }, arch: 'amd64' };
const read = (...args: string[]) => readBuildRequest(args, caller);

test('without options: qcow2 called image, of this architecture, with base', () => {
  expect(read('os')).toMatchObject({
    asks: 'build',
    elements: ['os'],
    withBase: true,
    arch: 'amd64',
    types: 'qcow2',
    output: 'image',
    isCompressed: true,
    packages: [],
    installType: 'source',
  });
});

test('packages of every -p, with commas between them', () => {
  expect(read('-p', 'a,b', 'os', '-p', 'c').packages).toEqual(['a', 'b', 'c']);
});

test('packages with blanks between them', () => {
  expect(read('-p', 'a b,, c', 'os').packages).toEqual(['a', 'b', 'c']);
});

test('the variables that stand for arguments', () => {
  const environment = { IMAGE_NAME: 'named', IMAGE_ELEMENT: 'first second', SKIP_BASE: '1' };
  expect(readBuildRequest(['os'], { ...caller, environment })).toMatchObject({
    output: 'named',
    elements: ['first', 'second', 'os'],
    withBase: false,
  });
  expect(readBuildRequest([], { ...caller, environment }).elements).toEqual(['first', 'second']);
  expect(readBuildRequest(['-o', 'own', 'os'], { ...caller, environment }).output).toBe('own');
});

test('what only an option can say is not taken from the environment', () => {
  const environment = { MKFS_OPTS: '-m 1', LOGFILE: 'log', DOCKER_TARGET: 'x', QEMU_IMG_OPTIONS: 'y' };
  expect(readBuildRequest(['os'], { ...caller, environment }).environment).toEqual({
    DIB_DEBUG_TRACE: '0',
    QEMU_IMG_OPTIONS: 'y',
  });
});

test('an install type that is asked for counts before that of the environment', () => {
  const environment = { DIB_DEFAULT_INSTALLTYPE: 'source' };
  const request = readBuildRequest(['--install-type', 'package', 'os'], { ...caller, environment });
  expect(request).toMatchObject({ installType: 'package', environment: { DIB_DEFAULT_INSTALLTYPE: 'package' } });
});

test('options become the variables that elements read; what is in the environment counts without them', () => {
  const options = ['--offline', '--checksum', '--root-label', 'ours', '--image-size', '2', '--min-tmpfs', '1', '-xx'];
  expect(read(...options, 'os').environment).toMatchObject({
    OWN: 'x',
    DIB_OFFLINE: '1',
    DIB_CHECKSUM: '1',
    ROOT_LABEL: 'ours',
    DIB_IMAGE_SIZE: '2',
    DIB_MIN_TMPFS: '1',
    DIB_DEBUG_TRACE: '2',
  });
});

test('-c leaves out what the builder does not read', () => {
  const { environment, given } = read('-c', 'os');
  expect(environment).toEqual({ PATH: '/bin', DIB_OWN: 'y', DIB_DEBUG_TRACE: '0' });
  expect(given).toEqual({ DIB_OWN: 'y' });
});

test('ARCH of the environment counts unless -a is given', () => {
  const arm = { ...caller, environment: { ARCH: 'arm64' } };
  expect(readBuildRequest(['os'], arm).arch).toBe('arm64');
  expect(readBuildRequest(['-a', 'armhf', 'os'], arm).arch).toBe('armhf');
});

test('without an element it is refused', () => {
  expect(() => read()).toThrow(expect.objectContaining({ code: 'image.no-elements' }));
});

test('an element can have install types of its own', () => {
  expect(read('--install-type', 'container', 'os').installType).toBe('container');
});

test('help and version need no element', () => {
  expect(read('--help').asks).toBe('help');
  expect(read('--version').asks).toBe('version');
});

test('a mistyped option is answered by the one that was meant', () => {
  expect(() => read('--arhc', 'amd64', 'os')).toThrow("did you mean '--arch'?");
});
