import { dirname, join } from 'node:path';
import { AgentError } from '../../../core/error/agent-error.ts';
import { copyEntry, fileText, followedStatus, makeFolder, writeText } from '../../../core/system/own-tree.ts';
import { startStageChild } from '../../../core/system/stage-child.ts';
import type { System } from '../../../core/system/system.ts';
import { driveFiles } from './drive-files.ts';
import { type Firmware, guestArguments, type GuestSettings } from './guest-arguments.ts';
import { makeSwapDisk } from './make-swap-disk.ts';
import { type GuestReport, readReport, reportLines } from './report.ts';

export interface BootRequest {
  readonly image: string;
  /** qemu-img's word for it. */
  readonly format: string;
  readonly firmware: Firmware['kind'];
  readonly memoryMiB: number;
  /** After which the guest is ended. */
  readonly seconds: number;
  readonly description: GuestDescription;
  /** For what the guest needs; the caller removes it. */
  readonly folder: string;
}

/** How the guest is told who it is. */
export type GuestDescription =
  | { readonly kind: 'nocloud' }
  /** Texts of a config-drive by their path. */
  | { readonly kind: 'config-drive'; readonly texts: ReadonlyMap<string, string> }
  /** On a swap disk, as the platform hands it over; JSON. */
  | { readonly kind: 'payload'; readonly config: string };

export interface BootResult {
  readonly seconds: number;
  readonly report: GuestReport;
}

/**
 * Starts a guest from an image by its own boot loader, and waits until its agent has reported and it has powered off.
 * @throws AgentError `image-test.no-report`, `image-test.no-firmware`
 */
export async function bootImage(request: BootRequest, system: System): Promise<BootResult> {
  const { folder, firmware: kind } = request;
  await makeFolder(folder);
  const log = (name: string) => join(folder, `${name}.log`);
  const files = { consoleLog: log('console'), reportLog: log('report'), secondLog: log('second') };
  const volume = await makeVolume(request, system);
  const firmware = kind === 'bios' ? { kind } : await uefi(kind, folder);
  const args = guestArguments({ ...request, firmware, hasKvm: await kvmWorks(), volume, ...files });
  const began = performance.now();
  const ending = await runGuest(args, request.seconds);
  const report = (await reportIn(files.reportLog)) ?? (await reportIn(files.secondLog));
  const seconds = (performance.now() - began) / 1000;
  if (report === undefined) throw noReport(request, ending, seconds, (await fileText(files.consoleLog)) ?? '');
  return { seconds, report };
}

async function reportIn(log: string): Promise<GuestReport | undefined> {
  return readReport((await fileText(log)) ?? '');
}

async function makeVolume({ description, folder }: BootRequest, system: System): Promise<GuestSettings['volume']> {
  if (description.kind !== 'payload') return makeDrive(description, folder, system);
  const path = join(folder, 'swap.raw');
  await makeSwapDisk(
    path,
    { config: description.config, script: ['#!/bin/sh', ...reportLines, ''].join('\n') },
    system,
  );
  return { kind: 'swap-disk', path };
}

async function makeDrive(
  description: Exclude<GuestDescription, { readonly kind: 'payload' }>,
  folder: string,
  { processes }: System,
): Promise<GuestSettings['volume']> {
  const { label, files } = driveFiles(description.kind === 'nocloud' ? undefined : description.texts);
  const content = join(folder, 'drive');
  const path = join(folder, 'drive.iso');
  for (const [name, text] of files) {
    await makeFolder(dirname(join(content, name)));
    await writeText(join(content, name), text);
  }
  await processes.run('xorriso', ['-as', 'mkisofs', '-quiet', '-J', '-r', '-V', label, '-o', path, content]);
  return { kind: 'cd-rom', path };
}

type UefiKind = Exclude<Firmware['kind'], 'bios'>;

/** Debian's package ovmf, then Fedora's edk2-ovmf. With keys enrolled: those of Microsoft, which signs the shims of distributions. */
const uefiFiles: Readonly<Record<UefiKind, readonly (readonly [code: string, variables: string])[]>> = {
  uefi: [
    ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'],
    ['/usr/share/edk2/ovmf/OVMF_CODE.fd', '/usr/share/edk2/ovmf/OVMF_VARS.fd'],
  ],
  'secure-boot': [
    ['/usr/share/OVMF/OVMF_CODE_4M.ms.fd', '/usr/share/OVMF/OVMF_VARS_4M.ms.fd'],
    ['/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd', '/usr/share/edk2/ovmf/OVMF_VARS.secboot.fd'],
  ],
};

async function uefi(kind: UefiKind, folder: string): Promise<Firmware> {
  for (const [code, original] of uefiFiles[kind]) {
    if ((await followedStatus(code)) === undefined) continue;
    const variables = join(folder, 'variables.fd');
    await copyEntry(original, variables);
    return { kind, code, variables };
  }
  throw new AgentError('this machine has no UEFI firmware for guests', {
    code: 'image-test.no-firmware',
    subject: `--firmware ${kind}`,
    remedy: 'install the package ovmf, or try --firmware bios',
  });
}

/** A /dev/kvm that opens is not enough: on a machine whose CPU offers no virtualisation a guest spins for ever. */
async function kvmWorks(): Promise<boolean> {
  const cpus = (await fileText('/proc/cpuinfo')) ?? '';
  return /^flags\s*:.*\b(?:vmx|svm)\b/m.test(cpus) && (await followedStatus('/dev/kvm')) !== undefined;
}

/** Who ended the guest. */
type Ending = 'itself' | 'limit';

async function runGuest(args: readonly string[], seconds: number): Promise<Ending> {
  // When this program is gone, so is the guest.
  const words = ['--pdeathsig', 'SIGKILL', 'qemu-system-x86_64', ...args];
  const guest = startStageChild('setpriv', words, {
    environment: { PATH: '/usr/bin:/bin', HOME: '/' },
    input: 'nothing',
    output: 'own',
    channels: 0,
  });
  const limit = setTimeout(() => guest.kill('SIGKILL'), seconds * 1000);
  const { cause, signal } = await guest.ended;
  clearTimeout(limit);
  if (cause !== undefined) throw cause;
  return signal === 'SIGKILL' ? 'limit' : 'itself';
}

const linesShown = 15;

function noReport(
  { image, firmware, seconds: allowed }: BootRequest,
  ending: Ending,
  seconds: number,
  said: string,
): AgentError {
  const last = said.replaceAll('\r', '').trimEnd().split('\n').slice(-linesShown).join('\n');
  const [what, remedy] =
    ending === 'limit'
      ? [`its agent did not report within ${allowed} s`, 'give it more time with --seconds']
      : [
          `the guest ended after ${Math.round(seconds)} s, before its agent had reported`,
          `see it start: qemu-system-x86_64 -snapshot ${image}`,
        ];
  return new AgentError(`under ${firmware} ${what}; its last lines were:\n${last}`, {
    code: 'image-test.no-report',
    subject: image,
    remedy: `${remedy}, or look at the image with: gandi-provision image inspect`,
  });
}
