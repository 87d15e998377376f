import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { describeError } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import type { NetworkToolName } from '../network-config/network-tools.ts';
import { networkTools } from '../network-config/network-tools.ts';
import { type LinkOwnership, observeLinkOwnership } from './link-owners.ts';
import { makeRunFolder } from '../stage/run-folder.ts';
import { isOwned, whyLinkIsNotOwned } from './unowned-link.ts';
import type { System } from '../../core/system/system.ts';

/** Links whose files were written in this boot, and that nobody has been asked about yet. */
export const writtenLinksPath = '/run/gandi/network-written.json';

interface WrittenLinks {
  readonly tool: NetworkToolName;
  readonly links: readonly string[];
}

/** Has gandi-network.service ask, once the network was started. */
export async function rememberWrittenLinks({ tool, links }: WrittenLinks, { files }: System): Promise<void> {
  await makeRunFolder({ files });
  await files.replace(writtenLinksPath, `${JSON.stringify({ tool, links })}\n`, { mode: 0o600 });
}

// The tools answer before they have done all; a link that is raised takes a moment.
const waitSeconds = 10;
const pollMilliseconds = 500;

/** Asks whether the tool whose files were written is the one that has the links. @returns what is not so */
export async function askOwners(system: System): Promise<StepOutcome[]> {
  const written = await readWrittenLinks(system);
  if (written === undefined) return [];
  const { tool, links } = written;
  const end = system.clock.monotonic() + waitSeconds;
  const outcomes: StepOutcome[] = [];
  for (const link of links) {
    const failure = whyLinkIsNotOwned(tool, link, await waitForOwner(tool, link, end, system));
    if (failure === undefined) continue;
    system.journal.error(`network: ${describeError(failure)}`, { code: failure.code });
    outcomes.push({ step: 'network', changed: [], failure, skipped: false, isUnused: true });
  }
  await system.files.remove(writtenLinksPath);
  return outcomes;
}

async function waitForOwner(tool: NetworkToolName, link: string, end: number, system: System): Promise<LinkOwnership> {
  for (;;) {
    const ownership = await observeLinkOwnership(system, link);
    if (isOwned(tool, ownership) !== false || system.clock.monotonic() >= end) return ownership;
    await setTimeout(pollMilliseconds);
  }
}

/** The agent's own record of this boot; one that is damaged is not worth a failed network. */
async function readWrittenLinks({ files }: System): Promise<WrittenLinks | undefined> {
  const text = await files.read(writtenLinksPath);
  if (text === undefined) return undefined;
  const names = networkTools.map(({ name }) => name) as [NetworkToolName, ...NetworkToolName[]];
  const shape = z.object({ tool: z.enum(names), links: z.array(z.string()) });
  try {
    return shape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
