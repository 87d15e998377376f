import { basename } from 'node:path';
import { osReleaseValue } from '../../../core/text/os-release.ts';
import { version } from '../../../core/version.ts';
import { type InstalledPackage, installedPackages } from '../inspect/installed-packages.ts';
import type { Output } from '../output/output-request.ts';

/** What a tree is, by its own files. */
export interface BuiltSystem {
  /** ID of os-release(5); empty where the tree has none. */
  readonly id: string;
  /** VERSION_ID. */
  readonly release: string;
  /** PRETTY_NAME. */
  readonly name: string;
  readonly packages: readonly InstalledPackage[];
}

/** What is known once all files of an image are made. */
export interface BuiltImage {
  /** Of the files, without an ending. */
  readonly name: string;
  readonly arch: string;
  readonly elements: readonly string[];
  readonly files: readonly Output[];
  readonly system: BuiltSystem;
  /** When it was built, or SOURCE_DATE_EPOCH. */
  readonly seconds: number;
  /** A name for all that went in; the same inputs have the same. */
  readonly inputs?: string | undefined;
}

/**
 * @param release os-release(5)
 * @param status /var/lib/dpkg/status
 */
export function systemOf(release = '', status = ''): BuiltSystem {
  return {
    id: osReleaseValue(release, 'ID'),
    release: osReleaseValue(release, 'VERSION_ID'),
    name: osReleaseValue(release, 'PRETTY_NAME'),
    packages: installedPackages(status),
  };
}

/** The name of the file that lists all parts of an image. */
export function billName(name: string): string {
  return `${name}.cdx.json`;
}

/** What programs ask of an image: its files with their digests, what it was made of, and which agent is in it. */
export function describeImage({ name, arch, elements, files, system, seconds, inputs }: BuiltImage) {
  return {
    version: 1,
    name,
    architecture: arch,
    built: new Date(seconds * 1000).toISOString(),
    builder: { name: 'gandi-provision', version },
    system: system.name,
    agent: system.packages.find((each) => each.name === 'gandi-vm-agent')?.version ?? null,
    elements,
    ...(inputs === undefined ? {} : { inputs }),
    files: files.map(({ type, path, bytes, digest }) => ({ name: basename(path), type, bytes, sha256: digest })),
    sbom: billName(name),
    packages: system.packages,
  };
}
