import { DiskModel, type ModelDisk } from '../vm/disk-model.ts';
import { MIB } from './disk.ts';
import type { Happening } from './history.ts';
import type { Machine } from './machine.ts';

/** Where every disk of a calm history must be, by the model that guests are compared with too. */
export class CalmModel {
  readonly #machine: Machine;
  readonly #model: DiskModel;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#model = new DiskModel(machine.disks.slice(1).map(modelOf));
  }

  /** To be told of what happens before it does. */
  let(what: Happening): void {
    if (!('disk' in what)) return;
    const disk = this.#model.disks[what.disk - 1];
    if (disk === undefined) return;
    if (what.do === 'attach' && !disk.isAttached) this.#model.attach(disk);
    else if (what.do === 'pull') disk.isAttached = false;
    else if (what.do === 'resize') disk.size += what.mebibytes;
    else if (what.do === 'relabel' && !disk.isAttached) disk.label = what.label;
  }

  /** Once the agent has answered: where it differs. */
  difference(): string | undefined {
    const wanted = [...this.#model.mounted()].map(([name, size]) => `${name} ${size}`).sort();
    const mounted = this.#machine.mounts
      .filter(({ by }) => by === 'agent')
      .map(({ path, fileSystem }) => `${path.slice('/srv/'.length)} ${fileSystem.sizeBytes / MIB}`)
      .sort();
    return wanted.join() === mounted.join()
      ? undefined
      : `wanted ${wanted.join(', ')}, there was ${mounted.join(', ')}`;
  }
}

function modelOf({ whole: { content, sizeBytes }, index }: Machine['disks'][number]): ModelDisk {
  const label = content.kind === 'file-system' ? content.fileSystem.label : '';
  return { uuid: String(index), on: 'disk', label, size: sizeBytes / MIB, isAttached: false };
}
