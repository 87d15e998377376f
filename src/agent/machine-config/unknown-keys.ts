import { z } from 'zod';

type Path = readonly PropertyKey[];

/**
 * Paths of the keys of a value that its schema does not have, at every level: nobody reads them. Those of an object come before
 * those of what is in it. What the schema takes as it is (`z.unknown()`) has none.
 */
export function unknownKeysOf(schema: z.core.$ZodType, value: unknown): Path[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return unknownKeysOf(schema.unwrap(), value);
  if (schema instanceof z.ZodPipe) return [schema.in, schema.out].flatMap((each) => unknownKeysOf(each, value));
  if (schema instanceof z.ZodArray) {
    return Array.isArray(value) ? value.flatMap((item, index) => below(index, schema.element, item)) : [];
  }
  if (!isObject(value)) return [];
  if (schema instanceof z.ZodRecord) {
    return Object.entries(value).flatMap(([key, item]) => below(key, schema.valueType, item));
  }
  return schema instanceof z.ZodObject ? unknownKeysOfObject(schema.shape, value) : [];
}

function unknownKeysOfObject(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  value: Readonly<Record<string, unknown>>,
): Path[] {
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(shape, key));
  const known = Object.entries(shape).filter(([key]) => Object.hasOwn(value, key));
  return [...unknown.map((key) => [key]), ...known.flatMap(([key, schema]) => below(key, schema, value[key]))];
}

function below(key: PropertyKey, schema: z.core.$ZodType, value: unknown): Path[] {
  return unknownKeysOf(schema, value).map((path) => [key, ...path]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
