import type { Program } from '../src/core/command/command.ts';
import { renderDefaultFlags } from '../src/agent/flags/parse-flags.ts';
import { agent } from '../src/agent/main.ts';
import { createdPayloadSchema } from '../src/agent/cli/payload.ts';
import { collectedSchema } from '../src/agent/cli/collect.ts';
import { planSchema } from '../src/agent/cli/show-plan.ts';
import { validationSchema } from '../src/agent/cli/validate.ts';
import { provision } from '../src/provision/program.ts';
import { detachedSchema } from '../src/agent/disk/detach-answer.ts';
import { diskListSchema, diskPageSchema } from '../src/agent/disk/describe-disk.ts';
import { doctorReportSchema, imageReportSchema } from '../src/agent/doctor/finding.ts';
import { hostRecordSchema } from '../src/core/host-port/host-record.ts';
import { hostAnswerSchema } from '../src/agent/host-request/host-answer.ts';
import { hostRequestSchema } from '../src/agent/host-request/request.ts';
import { payloadInspectionSchema } from '../src/agent/payload/payload-inspection.ts';
import { networkReportSchema } from '../src/agent/status/network-report.ts';
import { statusReportSchema } from '../src/agent/status/status-report.ts';
import { treeReportSchema } from '../src/agent/status/tree-report.ts';
import { timelineReportSchema } from '../src/agent/status/timeline-report.ts';
import { renderBash } from './completions/bash.ts';
import { renderFish } from './completions/fish.ts';
import { renderZsh } from './completions/zsh.ts';
import { bootDiagram } from './diagrams/boot.ts';
import { diskLifeDiagram } from './diagrams/disk-life.ts';
import { drawDiagram } from './diagrams/draw-diagram.ts';
import { jsonSchemaText } from './json-schema.ts';
import { renderAgentManual } from './manual/agent-manual.ts';
import { renderDisksManual } from './manual/disks-manual.ts';
import { renderFlagsManual } from './manual/flags-manual.ts';
import { renderHooksManual } from './manual/hooks-manual.ts';
import { renderProvisionManual } from './manual/provision-manual.ts';
import { payloadSchemaText } from './payload-schema.ts';

/** Every file that is made of a table of the programs, by path. To add one: a line here. */
export const generated: Readonly<Record<string, () => string>> = {
  'defaults/gandi': renderDefaultFlags,
  'man/gandi.5': renderFlagsManual,
  'man/gandi-agent.8': renderAgentManual,
  'man/gandi-disks.7': renderDisksManual,
  'man/gandi-hooks.7': renderHooksManual,
  'man/gandi-provision.1': renderProvisionManual,
  'schema/status.schema.json': () => jsonSchemaText('gandi-agent status --json', statusReportSchema),
  'schema/status-of-tree.schema.json': () => jsonSchemaText('gandi-agent status --root DIR --json', treeReportSchema),
  'schema/disk-list.schema.json': () => jsonSchemaText('gandi-agent disk list --json', diskListSchema),
  'schema/disk-attach.schema.json': () => jsonSchemaText('gandi-agent disk attach --json', diskListSchema),
  'schema/disk-detach.schema.json': () => jsonSchemaText('gandi-agent disk detach --json', detachedSchema),
  'schema/disk-explain.schema.json': () => jsonSchemaText('gandi-agent disk explain --json', diskPageSchema),
  'schema/timeline.schema.json': () => jsonSchemaText('gandi-agent timeline --json', timelineReportSchema),
  'schema/doctor.schema.json': () => jsonSchemaText('gandi-agent doctor --json', doctorReportSchema),
  'schema/image-check.schema.json': () => jsonSchemaText('gandi-agent image check --json', imageReportSchema),
  'schema/network.schema.json': () => jsonSchemaText('gandi-agent network show --json', networkReportSchema),
  'schema/payload-create.schema.json': () => jsonSchemaText('gandi-agent payload create --json', createdPayloadSchema),
  'schema/payload-inspect.schema.json': () =>
    jsonSchemaText('gandi-agent payload inspect --json', payloadInspectionSchema),
  'schema/host-record.schema.json': () => jsonSchemaText('one line of the port org.gandi.agent.0', hostRecordSchema),
  'schema/host-request.schema.json': () => jsonSchemaText('a request on the port org.gandi.agent.1', hostRequestSchema),
  'schema/host-answer.schema.json': () => jsonSchemaText('an answer on the port org.gandi.agent.1', hostAnswerSchema),
  'schema/plan.schema.json': () => jsonSchemaText('gandi-agent COMMAND --dry-run --json', planSchema),
  'schema/validate.schema.json': () => jsonSchemaText('gandi-agent validate --json', validationSchema),
  'schema/collect.schema.json': () => jsonSchemaText('gandi-agent collect --json', collectedSchema),
  'schema/payload.schema.json': payloadSchemaText,
  'docs/boot.svg': () => drawDiagram(bootDiagram),
  'docs/disk-life.svg': () => drawDiagram(diskLifeDiagram),
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
