/** What a table has room in. */
export interface TableSpace {
  /** Of the disk. */
  readonly sectors: number;
  readonly sectorBytes: number;
  /** Partitions begin at a multiple of it. */
  readonly alignSectors: number;
}

export type ReportTable = (problem: string, where: string, what: string) => void;

export function alignUp(sector: number, { alignSectors }: TableSpace): number {
  return Math.ceil(sector / alignSectors) * alignSectors;
}
