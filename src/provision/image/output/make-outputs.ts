import { dirname } from 'node:path';
import type { System } from '../../../core/system/system.ts';
import { archiveTool } from './archive-arguments.ts';
import { checksumsOf } from './checksums.ts';
import { convertArguments } from './convert-arguments.ts';
import type { Disk } from './make-disks.ts';
import type { Output, OutputRequest } from './output-request.ts';
import { reasonOf } from './disk-full.ts';
import { unfinishedPath } from './unfinished.ts';
import { outputPath } from './output-path.ts';
import { makingOf, type OutputType } from './output-types.ts';
import { publish } from './publish.ts';

/** An output that is whole, beside its place. */
interface Made {
  readonly type: OutputType;
  readonly path: string;
  /** Where it is until all are made. */
  readonly made: string;
}

/**
 * Makes all outputs of a finished tree: archives of the tree first, then the disk and what qemu-img makes of it. Nothing
 * gets its name before all of them are whole.
 * @param makeDisks makes the raw images
 * @throws AgentError `output.*`, `output.disk-full` among them, `block-device.size`, or what a tool said
 */
export async function makeOutputs(
  request: OutputRequest,
  system: System,
  makeDisks: () => Promise<Disk[]>,
): Promise<Output[]> {
  const { target, types } = request;
  const beside = (file: string) => unfinishedPath(file, request.owner);
  const made: Made[] = [];
  try {
    for (const type of types) {
      if (makingOf(type).from !== 'tree') continue;
      const path = outputPath(target, type);
      const output = { type, path, made: beside(path) };
      made.push(output);
      await makeArchive(output, request, system);
    }
    const images = types.filter((type) => makingOf(type).from === 'disk');
    if (images.length > 0)
      for (const disk of await makeDisks()) {
        // The raw image itself goes last: it is moved, and not copied.
        for (const type of [...images.filter((each) => each !== 'raw'), ...images.filter((each) => each === 'raw')]) {
          const path = outputPath(target, type, disk.isMain ? undefined : disk.name);
          const output = { type, path, made: beside(path) };
          made.push(output);
          await makeImage(output, disk.path, request, system);
        }
      }
    return await named(made, request, system);
  } catch (error) {
    // Before anything is removed.
    throw await reasonOf(error, [dirname(target), request.workFolder], system);
  } finally {
    for (const { made: file } of made) await system.files.remove(file);
  }
}

async function makeArchive({ type, made }: Made, request: OutputRequest, { processes, files }: System): Promise<void> {
  if (type !== 'tar' && type !== 'tgz' && type !== 'squashfs') return;
  await files.remove(made);
  const { tool, args } = archiveTool({
    type,
    tree: request.tree,
    file: made,
    gzip: request.gzip,
    sourceDateEpoch: request.sourceDateEpoch,
  });
  const time = request.sourceDateEpoch;
  const environment = time === undefined ? {} : { SOURCE_DATE_EPOCH: String(time) };
  await processes.run(tool, args, { timeoutSeconds: null, environment });
}

async function makeImage({ type, made }: Made, raw: string, request: OutputRequest, system: System): Promise<void> {
  const { processes } = system;
  const making = makingOf(type);
  if (making.from !== 'disk') return;
  const { compress, qemuImgOptions: options } = request;
  if (making.format === 'raw') await processes.run('mv', ['-f', raw, made], { timeoutSeconds: null });
  else
    await processes.run(
      'qemu-img',
      convertArguments({ from: raw, to: made, format: making.format, compress, options }),
      {
        timeoutSeconds: null,
      },
    );
}

/** diskimage-builder keeps no older file of these. */
const overwritten: readonly OutputType[] = ['tar', 'squashfs'];

/** In the order of the types that were asked for. */
async function named(made: readonly Made[], request: OutputRequest, system: System): Promise<Output[]> {
  const sorted = [...made].sort((one, other) => request.types.indexOf(one.type) - request.types.indexOf(other.type));
  const outputs: Output[] = [];
  for (const { type, path, made: file } of sorted) {
    const wanted = request.withDigest ? new Set([...request.checksums, 'sha256' as const]) : request.checksums;
    const sums = await checksumsOf(file, [...wanted], system);
    const checksums = Object.fromEntries(request.checksums.map((kind) => [kind, sums[kind] ?? '']));
    const keepOlder = !overwritten.includes(type) && !request.overwrite;
    const bytes = await publish({ from: file, path, checksums, keepOlder }, system);
    const digest = request.withDigest ? sums.sha256 : undefined;
    outputs.push({ type, path, bytes, checksums, ...(digest === undefined ? {} : { digest }) });
  }
  return outputs;
}
