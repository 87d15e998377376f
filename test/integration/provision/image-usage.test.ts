import { expect, test } from 'vitest';
import { openWorkshop } from './own-build.ts';

test('a build shows what takes the room in the tree where that is asked for', { timeout: 120_000 }, async (context) => {
  if (process.getuid?.() !== 0) context.skip('these builds are those of root');
  const workshop = await openWorkshop();
  try {
    await workshop.element('own/install.d/50-own', "#!/bin/bash\nmkdir /srv\nprintf '%012582912d' 0 >/srv/big\n");
    const words = ['image', 'build', '-n', '-t', 'tar', 'tiny-os', 'own'];
    const shown = async (environment: Readonly<Record<string, string>>) => {
      const { status, lines } = await workshop.start(words, { environment }).ended;
      expect(status, lines.slice(-5).join('\n')).toBe(0);
      return lines.filter((line) => / MiB \//.test(line)).map((line) => line.trim());
    };
    expect(await shown({})).toEqual([]);
    const large = await shown({ DIB_SHOW_IMAGE_USAGE: '1' });
    expect(large[0]).toMatch(/^\d\d\.\d MiB \/$/);
    expect(large).toContain('12.0 MiB /srv/big');
    expect(large.join('\n')).not.toContain('/etc');
    expect((await shown({ DIB_SHOW_IMAGE_USAGE_FULL: '1' })).join('\n')).toMatch(/ MiB \/etc\/tiny-os$/m);
  } finally {
    await workshop.remove();
  }
});
