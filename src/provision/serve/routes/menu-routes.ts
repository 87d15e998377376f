import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HostIdentity } from '../hosts/host.ts';
import { chooseBoot } from '../menus/choose-boot.ts';
import type { Menu, RenderMenu } from '../menus/menu.ts';
import { renderGrub } from '../menus/renderers/grub.ts';
import { renderIpxe, renderIpxeQuestion } from '../menus/renderers/ipxe.ts';
import { renderPxelinux } from '../menus/renderers/pxelinux.ts';
import { menuOf } from '../menus/store-files.ts';
import { machineOf } from '../profiles/machine-of.ts';
import type { Parts } from './parts.ts';
import { addressOf, serverOf } from './request-facts.ts';

const macPattern = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i;
const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What iPXE tells about its machine; firmware without one of them leaves it empty. */
const question = z.object({
  mac: z.string().regex(macPattern).optional(),
  uuid: z.union([z.literal(''), z.string().regex(uuidPattern)]).optional(),
});

/** Menus of three boot loaders, by the address from which each asks for its own. */
export async function menuRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  app.get('/boot.ipxe', async (request, reply) => {
    const asked = question.safeParse(request.query);
    if (!asked.success) return reply.code(400).type('text/plain').send('mac or uuid is not one\n');
    const { mac, uuid } = asked.data;
    if (mac === undefined && !uuid) return reply.type('text/plain').send(renderIpxeQuestion());
    return sendMenu(parts, request, reply, identityOf(mac, uuid || undefined), renderIpxe);
  });
  // PXELINUX asks for its UUID, its MAC address behind the type of hardware, parts of its IP address, and `default`.
  app.get<{ Params: { name: string } }>('/pxelinux.cfg/:name', async (request, reply) => {
    const identity = identityOfFile(request.params.name, /^[0-9a-f]{2}-/i);
    const isKnown = identity?.uuid === undefined || machineOf(parts.profiles, identity) !== undefined;
    if (identity === undefined || !isKnown) return reply.code(404).send('');
    return sendMenu(parts, request, reply, identity, renderPxelinux);
  });
  // GRUB asks for grub.cfg-01-MAC, parts of its IP address, and grub.cfg.
  app.get<{ Params: { name: string } }>('/grub/:name', async (request, reply) => {
    const { name } = request.params;
    const identity = name === 'grub.cfg' ? {} : identityOfFile(name, /^grub\.cfg-(?:[0-9a-f]{2}-)?/i);
    if (identity === undefined) return reply.code(404).send('');
    return sendMenu(parts, request, reply, identity, renderGrub);
  });
}

function identityOf(mac: string | undefined, uuid: string | undefined): HostIdentity {
  return { mac: mac?.toLowerCase().replaceAll('-', ':'), uuid: uuid?.toLowerCase() };
}

/** Who asks for a file of this name; undefined where the boot loader is to try its next name. */
function identityOfFile(name: string, prefix: RegExp): HostIdentity | undefined {
  if (name === 'default') return {};
  if (uuidPattern.test(name)) return identityOf(undefined, name);
  const rest = name.replace(prefix, '');
  return rest !== name && macPattern.test(rest) ? identityOf(rest, undefined) : undefined;
}

async function sendMenu(
  parts: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: HostIdentity,
  render: RenderMenu,
): Promise<FastifyReply> {
  const { service, profiles } = parts;
  const address = addressOf(request);
  // A loader that asks for the default menu has said before who it is.
  const before = await service.hosts.find({ ...asked, address });
  const { mac, uuid } = asked.mac === undefined && asked.uuid === undefined ? orNothing(before) : asked;
  const machine = machineOf(profiles, { mac, uuid });
  const identity = { mac: machine?.mac[0] ?? mac, uuid, address };
  const choice = chooseBoot(profiles, machine, await service.hosts.find(identity));
  const menu = await storedMenu(parts, choice, serverOf(request));
  const host = await service.hosts.note(identity, {
    kind: 'boot-menu',
    boot: choice.kind === 'local' ? 'local' : choice.name,
  });
  if (machine?.name !== undefined) await service.hosts.name(host.id, machine.name);
  if (menu.kind === 'missing')
    parts.journal.error(`${menu.path} is not in the store: ${mac ?? address} cannot boot it`);
  return reply
    .type('text/plain')
    .header('cache-control', 'no-store')
    .send(render(menu, serverOf(request)));
}

function orNothing(host: { mac: string | null; uuid: string | null } | undefined): HostIdentity {
  return { mac: host?.mac ?? undefined, uuid: host?.uuid ?? undefined };
}

async function storedMenu({ store }: Parts, choice: ReturnType<typeof chooseBoot>, server: string): Promise<Menu> {
  if (choice.kind === 'local') return choice;
  return store === undefined ? { kind: 'missing', path: choice.kernel } : menuOf(store, choice, server);
}
