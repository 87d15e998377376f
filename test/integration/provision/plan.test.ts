import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openWorkshop } from './own-build.ts';

/** Two disks, of which the second has a file system that is mounted below the first. */
const twoDisks = `
- local_loop: {name: image0}
- local_loop: {name: data, size: 20MiB}
- mkfs: {base: image0, name: root, mount: {mount_point: /, fstab: {options: defaults}}}
- mkfs: {base: data, name: var, type: ext4, mount: {mount_point: /var, fstab: {options: defaults}}}
`;

test('image plan names every file that the build makes', { timeout: 120_000 }, async (context) => {
  if (process.getuid?.() !== 0) context.skip('this build is that of root');
  const workshop = await openWorkshop();
  onTestFinished(() => workshop.remove());
  const words = ['-n', '-t', 'raw,tar,qcow2', '--checksum', '-o', 'own', 'tiny-os'];
  const environment = { DIB_BLOCK_DEVICE_CONFIG: twoDisks };
  const planned = await workshop.start(['image', 'plan', ...words], { environment }).ended;
  expect(planned.status, planned.lines.join('\n')).toBe(0);
  expect(await readdir(workshop.out)).toEqual([]);
  const built = await workshop.start(['image', 'build', ...words], { environment }).ended;
  expect(built.status, built.lines.slice(-15).join('\n')).toBe(0);
  const named = planned.lines.slice(planned.lines.indexOf('images:') + 1).map((line) => basename(line));
  expect(named.toSorted()).toEqual((await readdir(workshop.out)).toSorted());
  expect(named).toContain('own-data.qcow2.sha256');
});
