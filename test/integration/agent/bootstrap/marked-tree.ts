import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes its mark to /RAN of whatever root it runs in, and ends the process before that can do anything else. */
const marker = `
#include <fcntl.h>
#include <unistd.h>
static void mark(void) {
  int file = open("/RAN", O_CREAT | O_WRONLY | O_APPEND, 0600);
  _exit(write(file, "x", 1) != 1);
}
`;
const program = `${marker}int main(void) { mark(); }\n`;
const library = `${marker}__attribute__((constructor)) static void run(void) { mark(); }\n`;

const folders = { programs: ['usr/bin', 'usr/sbin', 'bin', 'sbin'], libraries: ['lib', 'usr/lib'] };

/** Puts a program in the place of each that this host has, and a library in that of each, and has the tree's name services be one. */
export function markEverything(root: string): void {
  const triplet = execFileSync('gcc', ['-print-multiarch'], { encoding: 'utf8' }).trim();
  const [tool, loaded] = [join(root, '.program'), join(root, '.library')];
  execFileSync('gcc', ['-static', '-o', tool, '-x', 'c', '-'], { input: program });
  execFileSync('gcc', ['-shared', '-fPIC', '-nostartfiles', '-o', loaded, '-x', 'c', '-'], { input: library });
  for (const folder of folders.programs) fill(root, folder, tool, namesIn(`/${folder}`));
  // What shadow 4.13 and systemd-sysv-install look for, here or not.
  fill(root, 'usr/sbin', tool, ['nscd', 'sss_cache', 'update-rc.d', 'useradd']);
  for (const folder of folders.libraries) {
    const libraries = namesIn(`/${folder}/${triplet}`).filter((name) => name.includes('.so'));
    fill(root, `${folder}/${triplet}`, loaded, ['libnss_marked.so.2', ...libraries]);
  }
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'passwd: marked files\ngroup: marked files\nshadow: marked files\n');
  for (const path of [tool, loaded]) rmSync(path);
}

/** Whether something of the tree was run or loaded. */
export function wasRun(root: string): boolean {
  return existsSync(join(root, 'RAN'));
}

function fill(root: string, folder: string, file: string, names: readonly string[]): void {
  mkdirSync(join(root, folder), { recursive: true });
  for (const name of names) if (!existsSync(join(root, folder, name))) linkSync(file, join(root, folder, name));
}

function namesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((each) => !each.isDirectory())
    .map(({ name }) => name);
}
