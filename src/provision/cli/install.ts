import { isSea } from 'node:sea';
import { resolve } from 'node:path';
import { defineCommand } from '../../core/command/define-command.ts';
import { UsageError } from '../../core/command/usage-error.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { Secret } from '../../core/secret/secret.ts';
import { silentJournal } from '../../core/system/journal.ts';
import { openSystem } from '../../core/system/system.ts';
import { parseAddress } from '../../core/text/ip-address.ts';
import { describeImage } from '../install/describe-image.ts';
import { installOverSsh } from '../install/install-over-ssh.ts';
import { type OutcomePlace, profilePayload } from '../install/profile-payload.ts';
import { readNumber } from './read-options.ts';

export const installCommand = defineCommand({
  name: 'install',
  summary: 'install a machine that runs a PreOS: write its image and its payload to its disk, and restart it',
  details:
    'This is what `serve` runs for a machine that asks to be installed, unless --command says otherwise. What is installed comes from the variables that serve sets: GANDI_IMAGE and so on.',
  operands: { address: { hint: 'ADDRESS', description: 'where the machine is reached' } },
  options: {
    identity: {
      short: 'i',
      description: 'log in with the private key in this file',
      value: { hint: 'FILE', completion: 'file' },
    },
    port: { description: 'log in at this port', value: { hint: 'PORT' }, default: '22' },
    installer: {
      description: 'send this executable of gandi-provision to the machine instead of this one',
      value: { hint: 'FILE', completion: 'file' },
    },
  },
  examples: [
    { words: '--identity /etc/gandi/preos_key {address}', does: 'as --command of serve: log in with this key' },
  ],
  run: async ({ address, identity, port, installer }, terminal) => {
    if (parseAddress(address) === undefined) throw new UsageError(`'${address}' is not an address`);
    const target = {
      address,
      port: readNumber('--port', port, 1, 65535),
      identity: identity === undefined ? null : resolve(identity),
    };
    const { GANDI_DISK, GANDI_PAYLOAD, GANDI_REPLACE, GANDI_ACTION = 'install' } = process.env;
    if (GANDI_ACTION !== 'install') throw nothingTo(GANDI_ACTION);
    const system = openSystem('/', silentJournal);
    const image = await describeImage(system.files, known('GANDI_IMAGE'), known('GANDI_IMAGE_URL'));
    const payload = await profilePayload(system.files, GANDI_PAYLOAD, outcomePlace());
    const job = { version: 1, image, disk: GANDI_DISK ?? null, replace: GANDI_REPLACE === '1' } as const;
    const program = programToSend(installer);
    await installOverSsh(target, program, job, payload, system, (line) => terminal.out(line));
    return ExitCode.done;
  },
});

function known(name: 'GANDI_IMAGE' | 'GANDI_IMAGE_URL'): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  throw new AgentError('cannot install the machine: its profile names no image', {
    code: 'install.no-image',
    subject: name,
    remedy: 'give the machine an `image` in the file of --profiles, and serve its folder with --store',
    exitCode: ExitCode.badConfiguration,
  });
}

function outcomePlace(): OutcomePlace | undefined {
  const { GANDI_OUTCOME_URL: url, GANDI_OUTCOME_KEY: key } = process.env;
  return url === undefined || key === undefined ? undefined : { url, key: new Secret(key) };
}

function programToSend(installer: string | undefined): string {
  if (installer !== undefined) return resolve(installer);
  if (isSea()) return process.execPath;
  throw new UsageError('option --installer is needed: this program is not a single executable');
}

function nothingTo(action: string): AgentError {
  return new AgentError(`cannot do this for a machine: '${action}' has no command`, {
    code: 'install.no-command',
    subject: action,
    remedy: 'give `serve` a --command that does it, such as `cdist {action} {host}`',
    exitCode: ExitCode.badConfiguration,
  });
}
