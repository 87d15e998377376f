/**
 * The elements of a command line with those that come by themselves: `base` unless it is to be left out, and, where `vm`
 * is named and no `block-device-*`, the layout that the architecture boots from.
 */
export function wantedElements(
  named: readonly string[],
  { arch, withBase }: { readonly arch: string; readonly withBase: boolean },
): string[] {
  const wanted = withBase ? ['base', ...named] : [...named];
  const needsLayout = wanted.includes('vm') && !wanted.some((name) => name.startsWith('block-device-'));
  const layout = ['arm64', 'aarch64'].includes(arch) ? 'block-device-efi' : 'block-device-mbr';
  return [...new Set(needsLayout ? [...wanted, layout] : wanted)];
}
