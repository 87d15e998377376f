import type { RenderMenu } from '../menu.ts';

/** A configuration of GRUB that came over the network: `$root` is the server then. */
export const renderGrub: RenderMenu = (menu) => {
  switch (menu.kind) {
    case 'local':
      return lines('exit');
    case 'missing':
      return lines(`echo 'gandi-provision: ${menu.path} is not in the store of the server'`, 'sleep 30', 'reboot');
    case 'system': {
      const { name, kernel, initrds } = menu;
      const words = menu.arguments.split(' ').filter((word) => word !== '');
      return lines(
        'set timeout=0',
        `menuentry '${name}' {`,
        // Between quotes nothing stands for anything else; a profile has none in it.
        `  linux ${[kernel, ...words.map((word) => `'${word}'`)].join(' ')}`,
        ...(initrds.length === 0 ? [] : [`  initrd ${initrds.join(' ')}`]),
        '}',
      );
    }
  }
};

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
