import { HttpError } from '../http/http-error.ts';
import type { Found } from '../http/routes.ts';
import type { Identity } from './identity.ts';
import { type Access, mayDo } from './role.ts';
import { covers, type Scope, type ScopeFace, type Seen } from './scope.ts';

/** What somebody is limited to where this is asked; what everybody may do without a token, a limited token may, too. */
function limitsOf({ scope, anonymous }: Identity, access: Access): Scope | undefined {
  return mayDo(anonymous, access) ? undefined : scope;
}

/** Which names of a face a list has for who asks. */
export function seenBy(identity: Identity, face: ScopeFace): Seen {
  return limitsOf(identity, 'read')?.patterns.filter((each) => each.face === face);
}

/** Something that is asked of one name. */
export interface Asked {
  readonly access: Access;
  readonly face: ScopeFace;
  readonly name: string;
}

/** For handlers that learn the name from what comes. Throws 403. */
export function assertReach(identity: Identity, { access, face, name }: Asked): void {
  const limits = limitsOf(identity, access);
  if (limits !== undefined && !covers(limits, face, name)) throw outside(limits, `${face}:${name}`);
}

/** Throws 403 where an operation is not of what a token is limited to, as far as its address tells. */
export function assertWithin(identity: Identity, { operation, params }: Found): void {
  const { access, scope } = operation;
  const limits = limitsOf(identity, access);
  if (limits === undefined || scope === 'any') return;
  if (scope === undefined) throw outside(limits, 'what has no such name');
  const { face, param } = scope;
  if (param !== undefined)
    assertReach(identity, { access, face, name: (params as Record<string, string>)[param] ?? '' });
  else if (!limits.patterns.some((each) => each.face === face)) throw outside(limits, face);
}

function outside({ text }: Scope, asked: string): HttpError {
  return new HttpError(403, OUT_OF_SCOPE, {
    message: `this token is for ${text} only, and not for ${asked.slice(0, 300)}`,
  });
}

export const OUT_OF_SCOPE = 'out-of-scope';
