/** JSON Schemas of the files, made from the shapes that check them; written into `schemas/` for editors. */
import { z } from 'zod';
import { imageBuildShape } from './image-shape.ts';
import { buildConfigurationShape, componentBuildShape, mobileBuildShape } from './shapes.ts';

/** The part of JSON Schema (2020-12) that the shapes give. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
}

const SHAPES = {
  'build-configuration': { title: 'mobileops build-config.yaml', shape: buildConfigurationShape },
  'component-build': { title: 'mobileops components/<name>/build.yaml', shape: componentBuildShape },
  'image-build': { title: 'mobileops docker/<name>.yaml', shape: imageBuildShape },
  'mobile-build': { title: 'mobileops mobile/<name>/build.yaml', shape: mobileBuildShape },
} as const;

/** By name of the file in `schemas/`. */
export function jsonSchemas(): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    Object.entries(SHAPES).map(([name, { title, shape }]) => {
      const { $schema, ...schema } = z.toJSONSchema(shape, { io: 'input' }) as JsonSchema;
      const head = { ...($schema ? { $schema } : {}), $id: `urn:mobileops:schema:v1:${name}`, title };
      return [`${name}.json`, { ...head, ...asWritten(schema) }];
    }),
  );
}

/** Checks run on values after `${NAME}` was replaced; an editor sees the text before. */
function asWritten(schema: JsonSchema): JsonSchema {
  const { properties, items, oneOf, anyOf, propertyNames, additionalProperties } = schema;
  const isTextMap =
    propertyNames !== undefined &&
    typeof additionalProperties === 'object' &&
    additionalProperties.type === 'string';
  return {
    ...schema,
    ...(schema.pattern === undefined ? {} : { pattern: `${schema.pattern}|\\$[{$]` }),
    ...(properties ? { properties: mapValues(properties) } : {}),
    ...(items ? { items: asWritten(items) } : {}),
    ...(oneOf ? { oneOf: oneOf.map(asWritten) } : {}),
    ...(anyOf ? { anyOf: anyOf.map(asWritten) } : {}),
    ...(isTextMap ? { additionalProperties: { type: ['string', 'number', 'boolean'] } } : {}),
  };
}

function mapValues(properties: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, asWritten(each)]));
}
