import type { Login } from './logins.ts';
import type { InstalledPackage } from './installed-packages.ts';
import type { Leftover } from './builder-leftovers.ts';

/** A partition of an image, or the image itself where it has no table. */
export interface InspectedPartition {
  /** 0 where there is no table. */
  readonly number: number;
  readonly bytes: number;
  /** GUID or two hexadecimal digits; empty where there is no table. */
  readonly type: string;
  readonly name: string;
  /** Empty where nothing is known. */
  readonly fileSystem: string;
  readonly label: string;
}

/** What is told of an image. */
export interface ImageFacts {
  readonly format: string;
  /** Of the disk that a guest sees. */
  readonly bytes: number;
  /** `gpt`, `dos`, or empty. */
  readonly table: string;
  readonly partitions: readonly InspectedPartition[];
  /** null where no file system holds a system that can be read. */
  readonly system: SystemFacts | null;
}

export interface SystemFacts {
  /** PRETTY_NAME of os-release(5). */
  readonly name: string;
  readonly packages: readonly InstalledPackage[];
  readonly logins: readonly Login[];
  readonly leftovers: readonly Leftover[];
}
