import { execa } from 'execa';
import { expect, test } from 'vitest';
import { environmentOfPhase } from '../../../../../src/provision/image/phases/hook-environment.ts';
import { phases } from '../../../../../src/provision/image/phases/phase.ts';

const folders = { build: '/b', image: '/i', hooks: '/h', tree: '/t' };
const common = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/home/own', TMPDIR: '/own' };

test.each([
  ['sudo printf %s own', 'own'],
  ['sudo -E -n -- printf %s own', 'own'],
  ['sudo WORD="two words" printenv WORD', 'two words'],
  ['sudo -v; echo $?', '0'],
  ['sudo false; echo $?', '1'],
  ['echo text | sudo tee /dev/null', 'text'],
  ['for one in a "b c"; do sudo -- sh -c \'echo "<$1>"\' sh "$one"; done', '<a>\n<b c>'],
])('on the host sudo is a function of bash, as the build has all rights that it needs: %s', async (line, said) => {
  const env = environmentOfPhase(phases.cleanup, common, folders);
  const { stdout } = await execa('bash', ['-euc', `set +e; ${line}`], { env, extendEnv: false });
  expect(stdout).toBe(said);
});

test('sudo -u runs as that user', async ({ skip }) => {
  if (process.getuid?.() !== 0) skip('only root can become another user');
  const env = environmentOfPhase(phases.cleanup, common, folders);
  expect((await execa('bash', ['-euc', 'sudo -u nobody -- id -un'], { env, extendEnv: false })).stdout).toBe('nobody');
});

test('in the image there is no such function, and nothing of the caller', () => {
  const env = environmentOfPhase(phases.install, common, folders);
  expect(Object.keys(env).filter((name) => /sudo|TMPDIR/.test(name))).toEqual([]);
  expect(env.HOME).toBe('/root');
});
