import { z } from 'zod';
import { AgentError } from '../../../core/error/agent-error.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { familyOf } from './families.ts';

const serviceMap = z
  .record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)))
  .nullable();

/** svc-map of an element: what a service is called, by distribution, family or `default`. */
export interface ServiceMap {
  readonly element: string;
  readonly services: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** @throws AgentError `image.service-map` */
export function readServiceMap(element: string, text: string, path: string): ServiceMap {
  const reading = readYaml(text);
  if (reading.mistake !== undefined) throw notAMap(path, reading.mistake);
  const read = serviceMap.safeParse(reading.value);
  if (!read.success) throw notAMap(path, 'it is not a map of services');
  return { element, services: read.data ?? {} };
}

function notAMap(path: string, message: string): AgentError {
  return new AgentError(message, {
    code: 'image.service-map',
    subject: path,
    remedy: 'write YAML with services, and what each is called by distribution, family or default',
  });
}

/**
 * What each service is called on a distribution, sorted by service; one with no fitting row keeps its name.
 * @throws AgentError `image.duplicate-service`
 */
export function mergeServices(
  maps: readonly ServiceMap[],
  distribution: string,
): (readonly [service: string, called: string])[] {
  const merged = new Map<string, { readonly element: string; readonly called: string }>();
  const family = familyOf(distribution) ?? '';
  for (const { element, services } of maps) {
    for (const [service, row] of Object.entries(services)) {
      const other = merged.get(service);
      if (other !== undefined) throw duplicate(service, other.element, element);
      merged.set(service, { element, called: row[distribution] ?? row[family] ?? row.default ?? service });
    }
  }
  return [...merged]
    .map(([service, { called }]) => [service, called] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** One `service: name` a line, which is YAML too. */
export function serviceTable(services: readonly (readonly [service: string, called: string])[]): string {
  return services.map(([service, called]) => `${service}: ${called}\n`).join('');
}

function duplicate(service: string, first: string, second: string): AgentError {
  return new AgentError(`already found in services list: ${first} and ${second} both map it`, {
    code: 'image.duplicate-service',
    subject: service,
    remedy: 'take it out of the svc-map of one of them',
  });
}
