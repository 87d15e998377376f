import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { powerStates } from '../../../lab/power-states.ts';
import { recordFileSystem, withMounted } from '../../../lab/recorded-file-system.ts';
import { openJournal } from '../../../src/core/system/journal.ts';
import { openSystem } from '../../../src/core/system/system.ts';
import { seededRandom } from '../../unit/agent/sources/seeded-random.ts';
import { requirePrograms } from '../agent/action/loop-disk.ts';

const seed = Number(process.env.SEED || 1);
const states = Number(process.env.STATES || 60);
const timeout = 5 * 60_000;
const script = 'deb/gandi-vm-agent.preinst';
const rulesPath = 'usr/lib/udev/rules.d/86-gandi.rules';
const keptPath = 'var/lib/gandi/rules-before-upgrade';
const edited = `${'# ours\n'.repeat(1000)}#SUBSYSTEM=="net", RUN+="/usr/lib/gandi/spool-event nic"\n`;

beforeEach((context) => requirePrograms(context, { 'qemu-storage-daemon': 'qemu-system-common' }));

test('rules that an admin edited are there or kept, whenever the power fails while an upgrade replaces them', {
  timeout,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'preinst-power-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { image, log } = await recordFileSystem(folder, writeEditedRules, replaceRules);
  const found: (readonly [rules: boolean, kept: boolean])[] = [];
  for await (const state of powerStates(image, log, seededRandom(seed), states)) {
    await withMounted(state.image, join(folder, 'state'), async (mounted) => {
      const isEdited = async (path: string) => (await readFile(join(mounted, path), 'utf8').catch(() => '')) === edited;
      found.push([await isEdited(rulesPath), await isEdited(keptPath)]);
    });
  }
  const lost = found.filter(([rules, kept]) => !rules && !kept).length;
  console.log(`seed ${seed}: ${found.length} states of replaced rules, ${lost} have lost what was edited`);
  expect(lost).toBe(0);
  expect(found.filter(([rules]) => rules).length).toBeGreaterThan(0);
  expect(found.filter(([rules]) => !rules).length).toBeGreaterThan(0);
});

async function writeEditedRules(tree: string): Promise<void> {
  await mkdir(join(tree, 'var/lib'), { recursive: true });
  await mkdir(dirname(join(tree, rulesPath)), { recursive: true });
  await writeFile(join(tree, rulesPath), edited);
}

/** dpkg runs the script of the new package, and then replaces each file as the agent does: durably, and as a whole. */
async function replaceRules(tree: string): Promise<void> {
  execFileSync('sh', [script, 'upgrade', '1'], { env: { ...process.env, DPKG_ROOT: tree } });
  const { files } = await openSystem(tree, openJournal('error'));
  await files.replace(`/${rulesPath}`, '# new\n', { mode: 0o644 });
}
