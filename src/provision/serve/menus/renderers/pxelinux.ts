import type { RenderMenu } from '../menu.ts';

/** A configuration of PXELINUX; lpxelinux.0 takes addresses of HTTP for names of files. */
export const renderPxelinux: RenderMenu = (menu, server) => {
  switch (menu.kind) {
    case 'local':
      return lines('DEFAULT local', 'LABEL local', '  LOCALBOOT 0');
    case 'missing':
      return lines(`SAY gandi-provision: ${menu.path} is not in the store of the server`);
    case 'system': {
      const { name, kernel, initrds } = menu;
      return lines(
        `DEFAULT ${name}`,
        `LABEL ${name}`,
        `  KERNEL ${server}${kernel}`,
        ...(initrds.length === 0 ? [] : [`  INITRD ${initrds.map((path) => `${server}${path}`).join(',')}`]),
        ...(menu.arguments === '' ? [] : [`  APPEND ${menu.arguments}`]),
      );
    }
  }
};

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
