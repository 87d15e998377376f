import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';

/** systemd.unit(5), UNIT FILE LOAD PATH, without what is gone after a reboot. */
const unitFolders = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];

/**
 * Enables a unit of a tree by its own links, as its [Install] section has it. `systemctl --root` is not a way to do that: for
 * a unit that is a script of /etc/init.d it starts the update-rc.d of the tree with chroot(8) (seen with systemd 252).
 * @throws AgentError `unit.missing`
 */
export async function enableOnTree(unit: string, { files }: System): Promise<void> {
  const fileName = unit.replace(/@.+(?=\.\w+$)/, '@');
  for (const folder of unitFolders) {
    const path = `${folder}/${fileName}`;
    const text = await files.read(path);
    if (text === undefined) continue;
    for (const target of wantedBy(text)) {
      const wants = `/etc/systemd/system/${target}.wants`;
      await files.makeDirectory(wants, 0o755);
      await files.replaceLink(`${wants}/${unit}`, path);
    }
    return;
  }
  throw new AgentError('cannot enable it: the tree has no such unit', {
    code: 'unit.missing',
    subject: unit,
    remedy: 'install what it belongs to, then run the stage again',
  });
}

/** Names with nothing in them that leads elsewhere. */
function wantedBy(text: string): string[] {
  const lines = [...text.matchAll(/^WantedBy=(.*)$/gm)].map(([, value = '']) => value);
  return lines
    .join(' ')
    .split(/\s+/)
    .filter((name) => /^[\w:.-]+\.[a-z]+$/.test(name));
}
