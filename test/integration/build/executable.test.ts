import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };

const agent = resolve('dist/gandi-agent');

describe('the executable', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gandi-executable-'));
    await writeFile(join(folder, 'wrong.json'), '{');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('says its version and warns of nothing', async () => {
    const { stdout, stderr } = await execa(agent, ['--version']);
    expect({ stdout, stderr }).toEqual({ stdout: `gandi-agent ${manifest.version}`, stderr: '' });
  });

  test('needs nothing of its environment', async () => {
    const { stdout } = await execa(agent, ['--version'], { env: {}, extendEnv: false, cwd: '/', stdin: 'ignore' });
    expect(stdout).toContain(manifest.version);
  });

  test('loads no code that NODE_OPTIONS names', async () => {
    const intruder = join(folder, 'intruder.cjs');
    await writeFile(intruder, "console.log('loaded');");
    const { stdout } = await execa(agent, ['--version'], { env: { NODE_OPTIONS: `--require ${intruder}` } });
    expect(stdout).not.toContain('loaded');
  });

  test('takes arguments of Node for its own, and refuses them', async () => {
    const { exitCode, stdout } = await execa(agent, ['-e', 'console.log("ran")'], { reject: false });
    expect(exitCode).toBe(2);
    expect(stdout).not.toContain('ran');
  });

  test.each([
    'mount',
    'bootstrap --dry-run',
    'config',
    'postboot',
    'hotplug',
    'migrate',
    'simple-init',
    'doctor --json',
    'collect',
    'network confirm',
    'disk attach /dev/sdz',
    'disk detach --force /dev/sdz',
    'disk autofs on',
    'image clean',
  ])('%s: an ordinary user is told in one line that it needs root', async (call) => {
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const { exitCode, stdout, stderr } = await execa(agent, call.split(' '), { ...nobody, cwd: '/', reject: false });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/^gandi-agent [a-z -]+: needs root; try: sudo gandi-agent [^\n]+$/),
    });
    expect(stderr).toContain(`sudo gandi-agent ${call}`);
  });

  test('sees the working folder of its start, not of its build', async () => {
    const { exitCode, stderr } = await execa(agent, ['validate', 'wrong.json'], { cwd: folder, reject: false });
    expect(exitCode, stderr).toBe(3);
  });

  test('goes on when the reader of its output goes away', async () => {
    const child = execa(agent, ['--help'], { stdout: 'pipe', buffer: false, reject: false });
    child.stdout.destroy();
    const { signal, exitCode } = await child;
    expect({ signal, exitCode }).toEqual({ signal: undefined, exitCode: 0 });
  });

  test('uses nothing of what was emptied in it', async () => {
    const script = await readFile('dist/build/gandi-agent.cjs', 'utf8');
    expect(
      script.match(
        /\bIntl\b|localeCompare|toLocale\w+|\bfetch\(|WebSocket|require\("(?:node:)?(?:http2|repl|test)"\)/g,
      ),
    ).toBe(null);
  });

  test('reads and prints text in UTF-8, whatever its letters', async () => {
    const file = join(folder, 'letters.json');
    await writeFile(file, '{"vm_hostname": "sérveur-日本"}');
    const { exitCode, stderr, stdout } = await execa(agent, ['validate', file], { reject: false });
    expect(exitCode).toBe(3);
    expect(`${stdout}${stderr}`).toContain('vm_hostname');
  });

  test('links to libraries of its Depends alone', async () => {
    const { stdout } = await execa('ldd', [agent]);
    const names = [...stdout.matchAll(/^\s*(?:\S*\/)?([a-z_+-]+)[\d.-]*\.so/gim)].map(([, name]) => name);
    const allowed = [
      'linux-vdso',
      'libatomic',
      'libdl',
      'libm',
      'libstdc++',
      'libgcc_s',
      'libpthread',
      'libc',
      'ld-linux-x',
    ];
    expect(names.filter((name) => !allowed.includes(name ?? ''))).toEqual([]);
  });
});
