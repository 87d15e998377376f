import { imports, isOurs, sourceFiles } from './imports.ts';

/** A folder of one concern, `core/system` or `agent/disk`; the files directly in a program's folder are its entrance, `agent`. */
export function roomOf(file: string): string {
  const [, program = '', folder = '', ...rest] = file.split('/');
  return rest.length > 0 ? `${program}/${folder}` : program;
}

export const rooms: readonly string[] = [...new Set(sourceFiles.map(roomOf))];

/** For each room the rooms that its files import from, types included. */
export const neighbours: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  rooms.map((room) => [room, new Set(arrowsFrom(room))]),
);

/** The rooms of each circle: rooms that import each other, directly or by a detour. */
export function circles(): string[][] {
  const reach = new Map(rooms.map((room) => [room, reachableFrom(room)]));
  const isMutual = (one: string, other: string) => reach.get(one)?.has(other) && reach.get(other)?.has(one);
  const groups = rooms.map((room) => rooms.filter((other) => isMutual(room, other)));
  return groups.filter((group, index) => group.length > 0 && group[0] === rooms[index]);
}

/** Floors by room: 1 for a room that imports no other, else one more than the highest that it imports. Needs a house without circles. */
export function floors(): Map<string, number> {
  const known = new Map<string, number>();
  const floorOf = (room: string): number => {
    const floor = known.get(room) ?? 1 + Math.max(0, ...[...(neighbours.get(room) ?? [])].map(floorOf));
    known.set(room, floor);
    return floor;
  };
  for (const room of rooms) floorOf(room);
  return known;
}

function arrowsFrom(room: string): string[] {
  return imports
    .filter((found) => isOurs(found) && roomOf(found.from) === room)
    .map((found) => roomOf(found.to))
    .filter((other) => other !== room);
}

function reachableFrom(room: string): Set<string> {
  const seen = new Set<string>();
  const visit = (current: string): void => {
    for (const next of neighbours.get(current) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      visit(next);
    }
  };
  visit(room);
  return seen;
}
