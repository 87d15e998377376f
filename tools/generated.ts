import type { Program } from '../src/core/command/command.ts';
import { renderDefaultFlags } from '../src/agent/flags/parse-flags.ts';
import { agent } from '../src/agent/main.ts';
import { provision } from '../src/provision/main.ts';
import { statusSchemaText } from '../src/agent/status/status-schema.ts';
import { renderBash } from './completions/bash.ts';
import { renderFish } from './completions/fish.ts';
import { renderZsh } from './completions/zsh.ts';
import { renderAgentManual } from './manual/agent-manual.ts';
import { renderFlagsManual } from './manual/flags-manual.ts';
import { renderProvisionManual } from './manual/provision-manual.ts';
import { payloadSchemaText } from './payload-schema.ts';

/** Every file that is made of a table of the programs, by path. To add one: a line here. */
export const generated: Readonly<Record<string, () => string>> = {
  'defaults/gandi': renderDefaultFlags,
  'man/gandi.5': renderFlagsManual,
  'man/gandi-agent.8': renderAgentManual,
  'man/gandi-provision.1': renderProvisionManual,
  'schema/status.schema.json': statusSchemaText,
  'schema/payload.schema.json': payloadSchemaText,
  ...completionsOf(agent),
  ...completionsOf(provision),
};

function completionsOf(program: Program): Record<string, () => string> {
  return {
    [`completions/${program.name}.bash`]: () => renderBash(program),
    [`completions/_${program.name}`]: () => renderZsh(program),
    [`completions/${program.name}.fish`]: () => renderFish(program),
  };
}
