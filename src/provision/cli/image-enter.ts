import { resolve } from 'node:path';
import type { Command } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { enterFailedBuild } from '../image/build/enter-build.ts';
import { callerOf } from '../image/build/read-build-facts.ts';

export const imageEnterCommand: Command = defineCommand({
  name: 'enter',
  summary: 'open a shell in the tree of the last build that failed',
  details:
    'The tree is as the failing hook left it, with what hooks in the image find there: their environment, the merged ' +
    "elements in /tmp/in_target.d, and this host's resolv.conf. What is changed is lost when the shell ends, and its exit " +
    'status is that of the command. A build with --no-cache keeps no tree.',
  options: {
    'image-cache': {
      description: 'folder for what is kept between builds (~/.cache/image-create)',
      value: { hint: 'FOLDER', completion: 'folder' },
    },
    command: { description: 'run this line of sh in place of a shell', value: { hint: 'COMMAND' } },
  },
  examples: [{ words: '', does: 'open a shell in the tree that the last failed build left' }],
  run: async ({ 'image-cache': folder, command }) => {
    const { environment } = callerOf(process);
    const { HOME = '/root', TMP_DIR, TMPDIR, DIB_IMAGE_CACHE = `${HOME}/.cache/image-create` } = environment;
    return enterFailedBuild(command === undefined ? [] : ['sh', '-c', command], {
      temporary: TMP_DIR ?? TMPDIR ?? '/tmp',
      imageCache: resolve(folder ?? DIB_IMAGE_CACHE),
      working: process.cwd(),
      isRoot: process.geteuid?.() === 0,
      caller: environment,
    });
  },
});
