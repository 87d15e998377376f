import type { RenderMenu } from '../menu.ts';

/** Seconds between two looks at a server that has no kernel yet, or that does not answer. */
const waitSeconds = 10;

/** A script of iPXE (https://ipxe.org/scripting). A path from the root is one of the server that the script came from. */
export const renderIpxe: RenderMenu = (menu) => lines('#!ipxe', ...commands(menu));

/** Has the machine ask again and tell who it is: only iPXE knows. */
export function renderIpxeQuestion(): string {
  return lines('#!ipxe', ...again);
}

/** Asks for the menu, for as long as there is no answer: who gave up would go on to a disk with nothing on it. */
const again = [
  ':again',
  'chain --replace boot.ipxe?mac=${mac:hexhyp}&uuid=${uuid} ||',
  `echo gandi-provision: no answer; asks again in ${waitSeconds} s`,
  `sleep ${waitSeconds}`,
  'goto again',
];

function commands(menu: Parameters<RenderMenu>[0]): string[] {
  switch (menu.kind) {
    case 'local':
      // Back to the firmware, which tries what is next in its order: the disk.
      return ['exit'];
    case 'missing':
      return [`echo gandi-provision: ${menu.path} is not in the store of the server`, `sleep ${waitSeconds}`, ...again];
    case 'system': {
      const initrds = menu.initrds.map((path, index) => ({ path, name: `initrd${index}` }));
      const words = [...initrds.map(({ name }) => `initrd=${name}`), menu.arguments].filter((word) => word !== '');
      return [
        `${['kernel', menu.kernel, ...words].join(' ')} || goto failed`,
        ...initrds.map(({ path, name }) => `initrd --name ${name} ${path} || goto failed`),
        'boot ||',
        ':failed',
        'imgfree',
        ...again,
      ];
    }
  }
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
