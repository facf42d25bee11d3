import { z } from 'zod';
import { compareTexts } from '../../base/index.ts';
import { type Answer, type Operation, operationName } from './operation.ts';

/** The OpenAPI 3.1 document of a server's operations. */
export function openApi(operations: readonly Operation[], version: string): object {
  const sorted = operations.toSorted((a, b) => compareTexts(operationName(a), operationName(b)));
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of sorted) {
    const path = operation.path.replace('*}', '}');
    paths[path] ??= {};
    paths[path][operation.method.toLowerCase()] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'mobileops serve', version },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic', description: 'any user name; the token as the password' },
      },
      schemas: { Error: jsonSchema(ERROR) },
    },
  };
}

const ERROR = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    requestId: z.string(),
    detail: z.unknown().optional(),
  }),
});

function describe(operation: Operation): object {
  const { summary, face, access, params, query, body, answers, failure } = operation;
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(query, 'query')];
  const refusals = access === 'open' ? {} : REFUSALS;
  return {
    operationId: operationName(operation)
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/-$/, ''),
    summary,
    tags: [face],
    'x-access': access,
    ...(access === 'open' ? {} : { 'x-scope': scopeText(operation) }),
    security: access === 'open' ? [] : [{ bearer: [] }, { basic: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: body !== 'bytes', content: contentOf(body) } } : {}),
    responses: {
      ...refusals,
      ...Object.fromEntries(Object.entries(answers).map(([status, each]) => [status, answer(each)])),
      default: {
        description: 'why it was not done',
        content: failure ? { 'application/json': { schema: jsonSchema(failure) } } : REFERENCE,
      },
    },
  };
}

/** What a token that is limited to names needs: `oci:{name}`. */
function scopeText({ scope }: Operation): string {
  if (scope === undefined || scope === 'any') return scope ?? 'none';
  return scope.param === undefined ? scope.face : `${scope.face}:{${scope.param}}`;
}

const REFERENCE = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
const REFUSALS = {
  401: { description: 'it is not known who asks' },
  403: { description: 'the token does not allow it' },
  429: { description: 'too many requests; Retry-After says when again' },
};

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, each]) => ({
    name,
    in: place,
    required: place === 'path' || !(each as z.ZodType).safeParse(undefined).success,
    schema: jsonSchema(each as z.ZodType),
  }));
}

function contentOf(body: z.ZodType | 'bytes'): object {
  return body === 'bytes'
    ? { 'application/octet-stream': {} }
    : { 'application/json': { schema: jsonSchema(body) } };
}

function answer({ description, schema, mediaType = 'application/json', otherTypes = [] }: Answer): object {
  if (!schema) return { description };
  const others = otherTypes.map((type) => [type, {}]);
  return {
    description,
    content: { [mediaType]: { schema: jsonSchema(schema) }, ...Object.fromEntries(others) },
  };
}

/** What a caller sends, so before defaults and changes of a schema. */
function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
