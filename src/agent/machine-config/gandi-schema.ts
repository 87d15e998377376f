import { z } from 'zod';
import { parseAddress } from '../../core/text/ip-address.ts';
import { type Mistake, parseJson } from '../../core/text/json-text.ts';
import { Secret } from '../../core/secret/secret.ts';
import { assignedDisks, readDisks } from './gandi-disks.ts';
import { address, maximalInterfaces, networkInterface, readInterfaces } from './gandi-interfaces.ts';
import { hostNameMistake } from './host-name.ts';
import type { Login, MachineConfig, OutcomePlace, PostBootConfig } from './machine-config.ts';
import { mistakesError, type ParsedConfig } from './parsed-config.ts';
import { PartReader } from './part-reader.ts';
import { passwordHashMistake } from './password-hash.ts';
import { takeSshKeys } from './ssh-key.ts';
import { userNameMistake } from './user-name.ts';

const maximalCommandLength = 64 * 1024;

const checked = (mistakeOf: (text: string) => string | undefined) =>
  z.string().superRefine((value, ctx) => {
    const mistake = value === '' ? undefined : mistakeOf(value);
    if (mistake !== undefined) ctx.addIssue({ code: 'custom', message: mistake });
  });

const machine = z.object({
  user: checked(userNameMistake).nullish(),
  password: checked(passwordHashMistake).nullish(),
  ssh_key: z.string().nullish(),
  run: checked(commandMistake).nullish(),
  script_args: checked(commandMistake).nullish(),
  timezone: z.string().max(64).nullish(),
  locale: checked(localeMistake).nullish(),
  ntp_servers: z.array(checked(timeServerMistake)).max(8).nullish(),
});

const outcomePlace = z.object({
  url: z.url({ protocol: /^https?$/ }).max(2000),
  // What a header can hold as a token (RFC 6750).
  key: z.string().regex(/^[\w.~+/=-]{8,256}$/, 'is not 8 to 256 letters, digits and . _ ~ + / = -'),
});

/** The JSON of a payload's `gandi/config`: every key may be missing. */
export const gandiConfig = z.object({
  vm_hostname: checked(hostNameMistake).nullish(),
  nameservers: z.array(address).max(16).nullish(),
  vif: z.array(networkInterface).max(maximalInterfaces).nullish(),
  vm_conf: machine.nullish(),
  disks: assignedDisks.nullish(),
  outcome: outcomePlace.nullish(),
});

/**
 * Reads the JSON of a payload's `gandi/config`, part by part: the host name, the name servers, each interface, the user,
 * the password, the keys, what is run after boot, and so on. Unknown keys are warnings: the platform may grow.
 * @param subject what the text is, for the error: `gandi/config` or the file's name
 * @throws AgentError `config.invalid` for a text that is not JSON, or not an object
 */
export function parseGandiConfig(configText: string, subject = 'gandi/config'): ParsedConfig {
  const json = parseJson(configText);
  if ('mistake' in json) throw gandiConfigError([json.mistake], subject);
  const reader = new PartReader();
  for (const path of json.removedKeys) reader.warn(path, 'is not known here and was left out');
  const top = reader.object(json.value, []);
  if (reader.mistakes.length > 0) throw gandiConfigError(reader.mistakes, subject);
  reader.nameUnknownKeys(top, Object.keys(gandiConfig.shape), []);
  const config = readMachineConfig(top, reader);
  return { config, mistakes: reader.mistakes, warnings: reader.warnings };
}

/** The error that tells of the parts of a payload's configuration that were not applied. */
export function gandiConfigError(mistakes: readonly Mistake[], subject: string) {
  const remedy = 'correct it on the platform, then stop and start the VM';
  return mistakesError(mistakes, { code: 'config.invalid', subject, remedy });
}

function readMachineConfig(top: Readonly<Record<string, unknown>>, reader: PartReader): MachineConfig {
  const { shape } = machine;
  const hostname = reader.read(gandiConfig.shape.vm_hostname, top.vm_hostname, ['vm_hostname']);
  const nameservers = reader.read(gandiConfig.shape.nameservers, top.nameservers, ['nameservers']) ?? [];
  const network = { ...readInterfaces(top.vif, reader), nameservers: nameservers.map((server) => server.text) };
  const conf = reader.object(top.vm_conf, ['vm_conf']);
  reader.nameUnknownKeys(conf, Object.keys(shape), ['vm_conf']);
  const text = (key: 'user' | 'password' | 'ssh_key' | 'timezone' | 'locale') =>
    reader.read(shape[key], conf[key], ['vm_conf', key]);
  const user = text('user');
  const password = text('password');
  const login: Login = {
    passwordHash: password ? new Secret(password) : null,
    sshKeys: takeSshKeys(text('ssh_key') ?? '', ['vm_conf', 'ssh_key'], reader),
  };
  return {
    // The platform's form sends an empty text for what its user left blank: the same as a key that is not there.
    hostname: hostname || null,
    network,
    root: login,
    users: user ? [{ name: user, isAdministrator: true, ...login }] : [],
    postBoot: readPostBoot(conf, reader),
    timezone: text('timezone') || null,
    locale: text('locale') || null,
    timeServers: reader.read(shape.ntp_servers, conf.ntp_servers, ['vm_conf', 'ntp_servers']) ?? [],
    disks: readDisks(top.disks, reader),
    outcome: readOutcome(top.outcome, reader),
  };
}

function readOutcome(value: unknown, reader: PartReader): OutcomePlace | null {
  const place = reader.read(outcomePlace, value, ['outcome']);
  return place === undefined ? null : { url: place.url, key: new Secret(place.key) };
}

/** One part: a script without its arguments, or a command without the script before it, may do anything. */
function readPostBoot(conf: Readonly<Record<string, unknown>>, reader: PartReader): PostBootConfig | null {
  const mistakesBefore = reader.mistakes.length;
  const [run, scriptArguments] = (['run', 'script_args'] as const).map((key) =>
    reader.read(machine.shape[key], conf[key], ['vm_conf', key]),
  );
  if (reader.mistakes.length > mistakesBefore) return null;
  return { run: run || null, scriptArguments: scriptArguments || null };
}

/** locale(7): `language_TERRITORY.charset@modifier`, all but the first optional; `C` and `POSIX` are two of them. */
function localeMistake(locale: string): string | undefined {
  return /^[A-Za-z]{1,8}(?:_[A-Z]{2})?(?:\.[A-Za-z0-9-]+)?(?:@[A-Za-z0-9]+)?$/.test(locale)
    ? undefined
    : 'is not a locale like en_US.UTF-8';
}

function timeServerMistake(server: string): string | undefined {
  return parseAddress(server) === undefined ? hostNameMistake(server) : undefined;
}

function commandMistake(command: string): string | undefined {
  if (command.length > maximalCommandLength) return `is longer than ${maximalCommandLength} characters`;
  return command.includes('\0') ? 'has a NUL character in it' : undefined;
}
