import type { System } from '../../core/system/system.ts';
import type { Flags } from '../flags/flag-table.ts';
import { renderHostLine } from '../../core/host-port/host-record.ts';
import { readStatusReport } from '../status/status-report.ts';
import { applyConfiguration } from './apply.ts';
import { detachBySerial } from './detach.ts';
import { freezeDisks, thawDisks } from './freeze.ts';
import { answerDone, answerFailed, answerRefused, type HostAnswer } from './host-answer.ts';
import { type HostRequest, parseRequest } from './request.ts';
import { trimDisks } from './trim.ts';

/** Does what a line of the port asks for, if the admin's flag allows it. Never throws: what fails is in the answer. */
export async function answerLine(line: string, flags: Flags, system: System): Promise<string> {
  const request = parseRequest(line, flags.CONFIG_HOST_REQUESTS);
  if ('code' in request) {
    system.journal.warn(`request of the platform refused: ${request.code}`);
    return renderHostLine(answerRefused(request));
  }
  const answer = await answerRequest(request, flags, system).catch((error: unknown) => answerFailed(request, error));
  const { ask, result, code } = answer;
  system.journal.info(`the platform asked for ${ask}: ${result}${code === null ? '' : `, ${code}`}`);
  return renderHostLine(answer);
}

async function answerRequest(request: HostRequest, flags: Flags, system: System): Promise<HostAnswer> {
  switch (request.ask) {
    case 'status':
      return answerDone(request, { status: await readStatusReport(system) });
    case 'detach':
      return detachBySerial(request, flags, system);
    case 'trim':
      return trimDisks(request, system);
    case 'freeze':
      return freezeDisks(request, flags, system);
    case 'apply':
      return applyConfiguration(request, flags, system);
    case 'thaw':
      return thawDisks(request, flags, system);
  }
}
