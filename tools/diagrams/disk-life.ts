import type { Diagram } from './draw-diagram.ts';

/** What becomes of a data disk, and what makes it so. A test compares the words of its states with those of `disk list`. */
export const diskLifeDiagram: Diagram = {
  title: "A data disk's life",
  nodes: {
    attached: { column: 0, row: 1, owner: 'system', lines: ['attached', 'by the platform'] },
    blank: { column: 0, row: 2.2, owner: 'agent', lines: ['blank', 'nothing is formatted', 'by itself'] },
    mounted: {
      column: 1.3,
      row: 1,
      owner: 'agent',
      lines: ['mounted at /srv/<label>', 'grows when the disk does', 'hooks and services run'],
    },
    unmounted: { column: 1.3, row: -0.15, owner: 'agent', lines: ['unmounted by hand', 'it stays so'] },
    detached: { column: 1.3, row: 2.2, owner: 'agent', lines: ['detached', 'it may be removed now'] },
    gone: {
      column: 2.6,
      row: 1,
      owner: 'system',
      lines: ['gone', 'no mount, no folder', 'its name is kept for it'],
    },
  },
  arrows: [
    ['attached', 'mounted', 'has a file system'],
    ['attached', 'blank', 'has none'],
    ['blank', 'mounted', 'mkfs.ext4, then\ngandi-agent disk attach'],
    ['mounted', 'unmounted', 'umount'],
    ['unmounted', 'mounted', 'disk attach'],
    ['mounted', 'detached', 'disk detach'],
    ['detached', 'mounted', 'disk attach'],
    ['mounted', 'gone', 'removed without detach:\nnamed by status'],
    ['detached', 'gone', 'removed by the platform'],
  ],
};
