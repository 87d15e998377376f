import type { ArgumentTable } from './argument-table.ts';
import { commonOptions } from './common-options.ts';

const optionTable = {
  ...commonOptions,
  verbose: { words: ['-v', '--verbose'], description: 'say what the programs say that are run' },
  arch: { words: ['-a', '--arch'], takes: 'ARCH', description: 'architecture of the PreOS (amd64)' },
  bootstrap: { words: ['-B', '--bootstrap'], description: 'make the tree: it must be empty' },
  configure: { words: ['-C', '--configure'], description: 'install and configure what a PreOS is made of' },
  cdistParameters: {
    words: ['-c', '--cdist-params'],
    takes: 'CDIST_PARAMS',
    description: 'taken for the sake of cdist, and ignored: no cdist is run',
  },
  drive: {
    words: ['-D', '--drive-boot'],
    takes: 'DRIVE',
    description: 'put a boot loader on this drive, which the tree is mounted from',
  },
  remoteExec: {
    words: ['-e', '--remote-exec'],
    takes: 'REMOTE_EXEC',
    description: 'taken for the sake of cdist, and ignored: no cdist is run',
  },
  manifest: {
    words: ['-i', '--init-manifest'],
    takes: 'MANIFEST',
    description: 'script that is run in the tree after it is configured',
  },
  keyFile: {
    words: ['-k', '--keyfile'],
    takes: 'KEYFILE',
    description: 'public keys that may log in as root; can be given several times',
  },
  mirror: { words: ['-m', '--mirror'], takes: 'MIRROR', description: 'archive that packages come from' },
  rootPassword: { words: ['-P', '--root-password'], takes: 'ROOT_PASSWORD', description: 'password of root' },
  pxeFolder: { words: ['-p', '--pxe-boot-dir'], takes: 'PXE_BOOT_DIR', description: 'put what machines boot there' },
  remove: { words: ['-r', '--rm-bootstrap-dir'], description: 'remove the tree once all else has succeeded' },
  script: { words: ['-S', '--script'], takes: 'SCRIPT', description: "debootstrap's script; needs a mirror" },
  suite: { words: ['-s', '--suite'], takes: 'SUITE', description: 'suite of the archive' },
  trigger: {
    words: ['-t', '--trigger-command'],
    takes: 'TRIGGER_COMMAND',
    description: 'command that each machine runs once it is up, until it succeeds',
  },
  remoteCopy: {
    words: ['-y', '--remote-copy'],
    takes: 'REMOTE_COPY',
    description: 'taken for the sake of cdist, and ignored: no cdist is run',
  },
  console: {
    words: ['--console'],
    takes: 'CONSOLE',
    description: 'where the kernel speaks and a login waits (ttyS1,115200); can be given several times',
  },
} as const;

export type BuildOptionName = keyof typeof optionTable;

/** Of `cdist preos debian`, and of `gandi-provision preos build`, which takes the same. */
export function buildArguments(program: string): ArgumentTable<BuildOptionName> {
  return { program, options: optionTable, operands: ['target_dir'] };
}
