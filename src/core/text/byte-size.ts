const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** For people: `64 MiB`, `1.5 GiB`. */
export function describeBytes(bytes: number): string {
  if (bytes < 1) return '0 B';
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[power]}`;
}
