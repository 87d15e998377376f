import { basename } from 'node:path';
import { matchesPattern } from '../../core/text/shell-pattern.ts';
import { describeError } from '../../core/error/agent-error.ts';
import type { FileLink } from '../network-config/file-links.ts';
import { type NetworkTool, networkTools } from '../network-config/network-tools.ts';
import { isOwn } from '../network-config/own-files.ts';
import { digestOf, readWrittenFiles, type WrittenFiles } from './written-files.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import type { System } from '../../core/system/system.ts';

/** A file that configures links, as it is now. */
export interface NetworkFile {
  readonly path: string;
  readonly text: string;
  /** The agent wrote it, and nobody changed it since. */
  readonly isOurs: boolean;
  /** What it says about which links it is for. */
  readonly links: readonly FileLink[];
}

export interface NetworkFiles {
  /** Null where nothing that the agent knows is installed and enabled. */
  readonly tool: NetworkTool | null;
  /** By path; empty without a tool. */
  readonly files: readonly NetworkFile[];
}

/** What configures the network of this machine, and the files that it does it by. Reads files alone, so that it can be asked of an image. */
export async function observeNetworkFiles(system: System): Promise<NetworkFiles> {
  const tool = await chooseTool(system);
  if (tool === undefined) return { tool: null, files: [] };
  const written = await readRecord(system);
  const paths = (await Promise.all(tool.files.map((pattern) => pathsLike(system, pattern)))).flat();
  const files = await Promise.all(paths.map((path) => readNetworkFile(system, tool, path, written)));
  return { tool, files: files.filter((file) => file !== undefined) };
}

/** Of a config-drive's files; without the record they pass for the admin's, which is not a reason to leave a machine without its payload. */
async function readRecord(system: System): Promise<WrittenFiles> {
  return readWrittenFiles(system).catch((error: unknown) => {
    system.journal.warn(describeError(error));
    return {};
  });
}

async function chooseTool(system: System): Promise<NetworkTool | undefined> {
  for (const tool of networkTools) {
    if ((await isThere(system, tool.programs)) && (await isThere(system, tool.enabledBy))) return tool;
  }
  return undefined;
}

async function isThere(system: System, patterns: readonly string[]): Promise<boolean> {
  for (const pattern of patterns) if ((await pathsLike(system, pattern)).length > 0) return true;
  return false;
}

async function pathsLike({ files }: System, pattern: string): Promise<string[]> {
  if (!pattern.includes('*')) return (await files.status(pattern)) === undefined ? [] : [pattern];
  const folder = pattern.slice(0, pattern.lastIndexOf('/'));
  const names = await files.list(folder);
  // A star means no hidden file: that is one that is being written, or an editor's.
  return names.filter((name) => matchesPattern(name, basename(pattern))).map((name) => `${folder}/${name}`);
}

async function readNetworkFile(
  system: System,
  tool: NetworkTool,
  path: string,
  written: WrittenFiles,
): Promise<NetworkFile | undefined> {
  const status = await system.files.status(path);
  if (status === undefined || status.type === 'directory') return undefined;
  const text = (await ifRegular(system.files.read(path))) ?? '';
  const links = await tool.linksOf(path, text);
  let isOurs: boolean | undefined;
  return {
    path,
    text,
    // When it is asked: the first digest of a process takes 10 ms, and most files are not about the link that matters.
    get isOurs() {
      isOurs ??= isOwn(text) || (written[path]?.includes(digestOf(text)) ?? false);
      return isOurs;
    },
    links,
  };
}
