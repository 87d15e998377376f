import { billPath, descriptionPath } from '../description/write-description.ts';
import { outputPaths } from '../output/output-path.ts';
import { mounted } from '../block-device/block-devices.ts';
import type { BuildPlan } from './build-plan.ts';
import type { ForeseenPhase } from './foreseen-hooks.ts';

/** A plan for people: elements with their folders, hooks in their order, the disk, and the images. */
export function planLines(plan: BuildPlan, phases: readonly ForeseenPhase[]): string[] {
  const { elements, packages, output, blockDevices, isDescribed } = plan;
  const width = Math.max(...elements.map(({ name }) => name.length));
  return [
    'elements:',
    ...elements.map(({ name, folder }) => `  ${name.padEnd(width)}  ${folder}`),
    ...phases.flatMap(({ phase, place, hooks }) =>
      hooks.length === 0
        ? []
        : [
            `${phase}, ${place === 'root' ? 'in the image' : 'on this host'}:`,
            ...hooks.map(({ name, element }) => `  ${name}  (${element})`),
          ],
    ),
    ...(packages.length === 0 ? [] : ['packages after install.d:', `  ${packages.join(' ')}`]),
    'file systems:',
    ...mounted(blockDevices.nodes).map(
      ({ mount, fileSystem }) =>
        `  ${mount.mountPoint}  ${fileSystem.type}${fileSystem.label === undefined ? '' : `, label ${fileSystem.label}`}`,
    ),
    'images:',
    ...filesOf(plan).map((path) => `  ${path}`),
    ...(isDescribed ? [`  ${billPath(output.target)}`, `  ${descriptionPath(output.target)}`] : []),
  ];
}

/** The images, each with its checksums behind it. */
function filesOf({ output, blockDevices }: BuildPlan): string[] {
  const disks = blockDevices.nodes.flatMap(({ kind, name }) => (kind === 'disk' ? [name] : []));
  return output.types
    .flatMap((type) => outputPaths(output.target, type, disks))
    .flatMap((path) => [path, ...output.checksums.map((kind) => `${path}.${kind}`)]);
}
