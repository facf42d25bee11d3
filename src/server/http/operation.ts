import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Identity } from '../access/identity.ts';
import type { Access } from '../access/role.ts';
import type { ScopeFace } from '../access/scope.ts';

/**
 * Which names of a limited token an operation asks for: `param` tells where its path has the name. Without `param` the handler
 * learns names from what comes, or shows only those that the token is for. `any` is for every token that has the role.
 */
export type OperationScope = 'any' | { readonly face: ScopeFace; readonly param?: string };

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One answer that an operation may give, for OpenAPI. */
export interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** `application/json` unless told. */
  readonly mediaType?: string;
  /** The same in other forms, for clients that ask for them. */
  readonly otherTypes?: readonly string[];
}

/** What can be said of an operation without its code: from this come OpenAPI, the check of access, the audit and the figures. */
export interface Operation {
  readonly method: Method;
  /** As OpenAPI writes it: `/api/tokens/{id}`; `{path*}` is the rest, with slashes. */
  readonly path: string;
  readonly access: Access;
  /** Without one, limited tokens are refused. */
  readonly scope?: OperationScope;
  readonly summary: string;
  /** The face that it belongs to. */
  readonly face: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** A schema of JSON, or `bytes`, which the handler reads from the request as they come. */
  readonly body?: z.ZodType | 'bytes';
  /** Of a body that is parsed; one mebibyte unless told. */
  readonly maxBodyBytes?: number;
  readonly answers: Readonly<Record<number, Answer>>;
  /** What its errors look like, where that is another form than the server's own. */
  readonly failure?: z.ZodType;
  /**
   * Whether it changes something for good: then it is written to the audit log, and what it committed is on the disk before
   * it is answered. Unless told, what is neither GET nor HEAD does.
   */
  readonly isLasting?: boolean;
}

/** A request as a handler gets it, checked against the operation's schemas. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly identity: Identity;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type OutputOf<S> = S extends z.ZodType ? z.output<S> : undefined;

export type Handler<O extends Operation> = (
  call: Call<OutputOf<O['params']>, OutputOf<O['query']>, OutputOf<O['body']>>,
) => unknown;

export function isLasting({ isLasting: told, method }: Operation): boolean {
  return told ?? (method !== 'GET' && method !== 'HEAD');
}

export function operationName({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  return `${method} ${path}`;
}
