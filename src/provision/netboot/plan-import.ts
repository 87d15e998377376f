import { distributions, imageFiles, layouts, loaderFile } from './layout.ts';
import type { Settings } from './settings.ts';

/** A file of the archive. */
export interface ArchiveFile {
  /** Its name in the store. */
  readonly name: string;
  /** Below the folder of images, as SHA256SUMS names it. */
  readonly path: string;
  readonly url: string;
}

/** Where the sums of a release's images are, and what signs them. */
export interface SumsSource {
  /** Of the folder that the sums speak of. */
  readonly images: string;
  /** The folder of the release, whose Release file lists the sums too. */
  readonly release: string;
  /** Below that folder. */
  readonly path: string;
}

/** The pre-boot loader of an architecture: one file. */
export interface LoaderImport {
  readonly kind: 'loader';
  readonly arch: string;
  readonly file: ArchiveFile;
  readonly sums: SumsSource;
  /** Of the file, below the TFTP root. */
  readonly place: string;
}

/** Kernel and initrd of a release: a folder that is switched as a whole. */
export interface ReleaseImport {
  readonly kind: 'release';
  readonly arch: string;
  readonly release: string;
  readonly files: readonly ArchiveFile[];
  readonly sums: SumsSource;
  /** Of the folder, below the TFTP root. */
  readonly place: string;
}

export type Import = LoaderImport | ReleaseImport;

/** What an import fetches and where it puts it, in the order of the original: by architecture, the loader first. */
export function planImport(settings: Settings): Import[] {
  return settings.arches.flatMap((arch) => [
    loaderOf(settings, arch),
    ...settings.releases.map((release) => releaseOf(settings, arch, release)),
  ]);
}

function loaderOf(settings: Settings, arch: string): LoaderImport {
  const sums = sumsOf(settings, arch, settings.currentRelease);
  const file = fileOf(settings, arch, sums, loaderFile);
  return { kind: 'loader', arch, file, sums, place: `${layouts[settings.layout](arch)}/${loaderFile}` };
}

function releaseOf(settings: Settings, arch: string, release: string): ReleaseImport {
  const sums = sumsOf(settings, arch, release);
  const files = imageFiles.map((name) => fileOf(settings, arch, sums, name));
  const place = `${layouts[settings.layout](arch)}/${release}/install`;
  return { kind: 'release', arch, release, files, sums, place };
}

function sumsOf({ archive }: Settings, arch: string, release: string): SumsSource {
  const path = `main/installer-${arch}/current/images`;
  return { images: `${archive}/${release}/${path}`, release: `${archive}/${release}`, path: `${path}/SHA256SUMS` };
}

function fileOf({ distribution }: Settings, arch: string, { images }: SumsSource, name: string): ArchiveFile {
  const path = `netboot/${distributions[distribution].installer}/${arch}/${name}`;
  return { name, path, url: `${images}/${path}` };
}
