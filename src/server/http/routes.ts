import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { z } from 'zod';
import { InternalError } from '../../base/index.ts';
import type { Identity } from '../access/identity.ts';
import { badRequest, notFound } from './http-error.ts';
import { type Call, type Handler, type Operation, operationName } from './operation.ts';

/** An operation that a request was found to mean, with the parts of its path. */
export interface Found {
  readonly operation: Operation;
  readonly params: unknown;
}

/** The same with what carries it out. */
export interface FoundHandler extends Found {
  readonly handler: (call: Call) => unknown;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which operation a request of this route means; `undefined` for none. */
    find?: (request: FastifyRequest) => Found | undefined;
  }
  interface FastifyRequest {
    /** Set before any handler runs. */
    identity: Identity;
    found: Found | undefined;
    /** Seconds of the monotonic clock, in milliseconds. */
    startedMs: number;
  }
}

/** Where a face declares its operations. */
export class Routes {
  readonly face: string;
  readonly app: FastifyInstance;
  readonly #all: Operation[];

  constructor(face: string, app: FastifyInstance, all: Operation[]) {
    this.face = face;
    this.app = app;
    this.#all = all;
  }

  /** A GET answers HEAD too. */
  add<const O extends Omit<Operation, 'face'>>(operation: O, handler: Handler<O & Operation>): void {
    const whole: Operation = { ...operation, face: this.face };
    this.declare(whole);
    const find = ({ params }: FastifyRequest): Found => ({ operation: whole, params: named(whole, params) });
    this.#route(whole.body === 'bytes', {
      // The framework's own answer to HEAD says of everything without a body that it has no bytes.
      method: whole.method === 'GET' ? ['GET', 'HEAD'] : whole.method,
      exposeHeadRoute: false,
      url: whole.path.replace(/\{[^}]+\*\}/, '*').replace(/\{([^}]+)\}/g, ':$1'),
      config: { find },
      ...(whole.maxBodyBytes === undefined ? {} : { bodyLimit: whole.maxBodyBytes }),
      handler: (request, reply) => handler(checkedCall(request, reply, request.found!) as never),
    });
  }

  /** For operations whose paths the router cannot tell apart: the face finds them itself. Bodies come as bytes. */
  addFound(url: string, find: (request: FastifyRequest) => FoundHandler | undefined): void {
    this.#route(true, {
      method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      config: { find },
      handler: (request, reply) => {
        const found = request.found as FoundHandler | undefined;
        if (!found) throw notFound('there is nothing here; /openapi.json tells what is');
        return found.handler(checkedCall(request, reply, found));
      },
    });
  }

  /** Makes an operation known to OpenAPI and to the test of access. */
  declare(operation: Operation): void {
    const name = operationName(operation);
    if (this.#all.some((each) => operationName(each) === name))
      throw new InternalError(`${name} is there twice`);
    this.#all.push(operation);
  }

  /** Bodies as bytes need a context of their own, in which nothing parses them. */
  #route(isBytes: boolean, options: RouteOptions): void {
    if (!isBytes) {
      this.app.route(options);
      return;
    }
    this.app.register(async (app) => {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      app.route(options);
    });
  }
}

/** The router calls the rest of a path `*`. */
function named({ path }: Operation, params: unknown): unknown {
  const rest = /\{([^}]+)\*\}/.exec(path)?.[1];
  if (rest === undefined) return params;
  const { '*': value, ...others } = params as Record<string, string>;
  return { ...others, [rest]: value };
}

function checkedCall(request: FastifyRequest, reply: FastifyReply, { operation, params }: Found): Call {
  const { body } = operation;
  // The framework gives none where nothing is announced; who reads bytes reads none then.
  if (body === 'bytes') request.body ??= request.raw;
  return {
    params: operation.params ? checked(operation.params, params, 'path') : undefined,
    query: operation.query ? checked(operation.query, request.query, 'query') : undefined,
    body: body && body !== 'bytes' ? checked(body, request.body, 'body') : undefined,
    identity: request.identity,
    request,
    reply,
  };
}

function checked(schema: z.ZodType, value: unknown, place: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => ({
    at: [place, ...path].join('.'),
    message,
  }));
  throw badRequest(problems.map(({ at, message }) => `${at}: ${message}`).join('; '), { problems });
}
