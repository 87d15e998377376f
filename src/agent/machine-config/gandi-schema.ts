import { z } from 'zod';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { hostNameMistake } from './host-name.ts';
import { isInside, isUnicast, parseAddress, parseNetwork } from '../../core/text/ip-address.ts';
import { formatPath, type Mistake, parseJson } from '../../core/text/json-text.ts';
import type { AddressConfig, InterfaceConfig, MachineConfig } from './machine-config.ts';
import { passwordHashMistake } from './password-hash.ts';
import { Secret } from '../../core/secret/secret.ts';
import { sshKeyLines, sshKeyMistake } from './ssh-key.ts';
import { userNameMistake } from './user-name.ts';

export interface ParsedConfig {
  readonly config: MachineConfig;
  /** One sentence for each key that is not known and was left out, with its path. */
  readonly warnings: readonly string[];
}

const maximalCommandLength = 64 * 1024;

const address = z.string().transform((text, ctx) => parseAddress(text) ?? refuse(ctx, 'is no IPv4 or IPv6 address'));
const unicastAddress = address.refine(isUnicast, 'is not an address that one machine can have');
const network = z
  .string()
  .transform((text, ctx) => parseNetwork(text) ?? refuse(ctx, 'is no network like 192.0.2.0/24'));
const checked = (mistakeOf: (text: string) => string | undefined) =>
  z.string().superRefine((value, ctx) => {
    const mistake = value === '' ? undefined : mistakeOf(value);
    if (mistake !== undefined) ctx.addIssue({ code: 'custom', message: mistake });
  });

const publicNetwork = z.strictObject({ pbn_network: network, pbn_gateway: unicastAddress.nullish() });
const privateNetwork = z.strictObject({ pvn_network: network, pvn_gateway: unicastAddress.nullish() });

const interfaceAddress = z
  .strictObject({ pna_address: unicastAddress, pbn: publicNetwork.nullish(), pvn: privateNetwork.nullish() })
  .transform(toAddressConfig);

const networkInterface = z.strictObject({
  vif_number: z.int().min(0).max(255),
  pna: z.array(interfaceAddress).max(64).nullish(),
});

const machine = z.strictObject({
  user: checked(userNameMistake).nullish(),
  password: checked(passwordHashMistake).nullish(),
  ssh_key: z.string().superRefine(refuseBadKeys).nullish(),
  run: checked(commandMistake).nullish(),
  script_args: checked(commandMistake).nullish(),
  timezone: z.string().max(64).nullish(),
  locale: checked(localeMistake).nullish(),
  ntp_servers: z.array(checked(timeServerMistake)).max(8).nullish(),
});

/** The JSON of a payload's `gandi/config`: every key may be missing, one that is there must be right. */
export const gandiConfig = z.strictObject({
  vm_hostname: checked(hostNameMistake).nullish(),
  nameservers: z.array(address).max(16).nullish(),
  vif: z.array(networkInterface).max(64).superRefine(refuseDoubles).nullish(),
  vm_conf: machine.nullish(),
});

/**
 * Reads the JSON of a payload's `gandi/config`. Unknown keys are warnings: the platform may grow. A mistake in a key
 * that is known refuses the whole, as half a configuration can lock the owner out.
 * @param subject what the text is, for the error: `gandi/config` or the file's name
 * @throws AgentError `config.invalid` that names every mistake with its path, and no secret; `cause` is an
 * AggregateError with one Error a mistake
 */
export function parseGandiConfig(configText: string, subject = 'gandi/config'): ParsedConfig {
  const json = parseJson(configText);
  if ('mistake' in json) throw invalidConfig(subject, [json.mistake]);
  const { value } = json;
  const unknownKeys = [...json.removedKeys, ...takeUnknownKeys(value)];
  const result = gandiConfig.safeParse(value);
  if (!result.success) throw invalidConfig(subject, result.error.issues.map(toMistake));
  return {
    config: toMachineConfig(result.data),
    warnings: unknownKeys.map((path) => `${formatPath(path)}: is not known here and was left out`),
  };
}

/** Deletes from `value` every key that the schema does not know; the paths of what was deleted. */
function takeUnknownKeys(value: unknown): PropertyKey[][] {
  const issues = gandiConfig.safeParse(value).error?.issues ?? [];
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const owner = issue.path.reduce<unknown>((object, key) => (object as Record<PropertyKey, unknown>)[key], value);
    return issue.keys.map((key) => {
      delete (owner as Record<string, unknown>)[key];
      return [...issue.path, key];
    });
  });
}

function toMistake(issue: z.core.$ZodIssue): Mistake {
  const problem = issue.message.replace(/^Invalid input: expected (.+), received (.+)$/, 'must be $1, not $2');
  return { path: formatPath(issue.path), problem };
}

function invalidConfig(subject: string, mistakes: readonly Mistake[]): AgentError {
  const lines = mistakes.map(({ path, problem }) => `${path}: ${problem}`);
  return new AgentError('cannot use the configuration', {
    code: 'config.invalid',
    subject,
    remedy: 'correct it on the platform, then stop and start the VM',
    exitCode: ExitCode.badConfiguration,
    cause: new AggregateError(
      lines.map((line) => new Error(line)),
      lines.join('; '),
    ),
  });
}

function refuse(ctx: z.RefinementCtx, message: string): never {
  ctx.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** locale(7): `language_TERRITORY.charset@modifier`, all but the first optional; `C` and `POSIX` are two of them. */
function localeMistake(locale: string): string | undefined {
  return /^[A-Za-z]{1,8}(?:_[A-Z]{2})?(?:\.[A-Za-z0-9-]+)?(?:@[A-Za-z0-9]+)?$/.test(locale)
    ? undefined
    : 'is no locale like en_US.UTF-8';
}

function timeServerMistake(server: string): string | undefined {
  return parseAddress(server) === undefined ? hostNameMistake(server) : undefined;
}

function commandMistake(command: string): string | undefined {
  if (command.length > maximalCommandLength) return `is longer than ${maximalCommandLength} characters`;
  return command.includes('\0') ? 'has a NUL character in it' : undefined;
}

function refuseBadKeys(value: string, ctx: z.RefinementCtx): void {
  sshKeyLines(value).forEach((line, index) => {
    const mistake = sshKeyMistake(line);
    if (mistake !== undefined) ctx.addIssue({ code: 'custom', message: `key ${index + 1} ${mistake}` });
  });
}

interface AddressKeys {
  readonly pna_address: z.output<typeof unicastAddress>;
  readonly pbn?: z.output<typeof publicNetwork> | null | undefined;
  readonly pvn?: z.output<typeof privateNetwork> | null | undefined;
}

function toAddressConfig({ pna_address: own, pbn, pvn }: AddressKeys, ctx: z.RefinementCtx): AddressConfig {
  const of = { family: own.family, address: own.text, scope: pvn ? 'private' : 'public' } as const;
  const net = pbn?.pbn_network ?? pvn?.pvn_network;
  const gateway = pbn?.pbn_gateway ?? pvn?.pvn_gateway ?? null;
  if (pbn && pvn) return refuse(ctx, 'has both pbn and pvn; an address is in one network');
  if (net === undefined) {
    // IPv6 addresses come from router advertisements, whose prefixes are /64 (RFC 4862); IPv4 cannot do without.
    if (own.family === 'ipv6') return { ...of, prefixLength: 64, gateway: null };
    return refuse(ctx, 'has neither pbn nor pvn, so its network is not known');
  }
  if (!isInside(own, net)) return refuse(ctx, 'has an address that is not in its network');
  if (gateway !== null && gateway.family !== own.family) return refuse(ctx, 'has a gateway of the other family');
  return { ...of, prefixLength: net.prefixLength, gateway: gateway?.text ?? null };
}

type Interfaces = readonly z.output<typeof networkInterface>[];

function refuseDoubles(vif: Interfaces, ctx: z.RefinementCtx): void {
  const numbers = new Set<number>();
  const addresses = new Set<string>();
  vif.forEach(({ vif_number, pna }, index) => {
    const message = 'is there twice';
    if (numbers.has(vif_number)) ctx.addIssue({ code: 'custom', message, path: [index, 'vif_number'] });
    numbers.add(vif_number);
    pna?.forEach((own, at) => {
      const spelling = parseAddress(own.address)?.canonical ?? own.address;
      if (addresses.has(spelling)) ctx.addIssue({ code: 'custom', message, path: [index, 'pna', at, 'pna_address'] });
      addresses.add(spelling);
    });
  });
}

function toMachineConfig(data: z.output<typeof gandiConfig>): MachineConfig {
  const { user, password, ssh_key, run, script_args, timezone, locale, ntp_servers } = data.vm_conf ?? {};
  return {
    // The platform's form sends an empty text for what its user left blank: the same as a key that is not there.
    hostname: data.vm_hostname || null,
    nameservers: (data.nameservers ?? []).map((server) => server.text),
    interfaces: (data.vif ?? []).map(toInterfaceConfig).sort((a, b) => a.number - b.number),
    user: user ? { name: user } : null,
    passwordHash: password ? new Secret(password) : null,
    sshKeys: sshKeyLines(ssh_key ?? ''),
    run: run || null,
    scriptArguments: script_args || null,
    timezone: timezone || null,
    locale: locale || null,
    timeServers: ntp_servers ?? [],
  };
}

function toInterfaceConfig({ vif_number, pna }: Interfaces[number]): InterfaceConfig {
  return { number: vif_number, addresses: pna ?? [] };
}
