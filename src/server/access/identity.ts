import type { Role } from './role.ts';
import type { Scope } from './scope.ts';

/** Who calls: the holder of a token, or nobody in particular. */
export interface Identity {
  /** The token's name, or `anonymous`. */
  readonly name: string;
  readonly tokenId: number | undefined;
  /** Nothing where the server gives nobody any. */
  readonly role: Role | undefined;
  /** What the token is limited to; nothing for one that is not, and for nobody. */
  readonly scope: Scope | undefined;
  /** What anybody may do here without a token. */
  readonly anonymous: Role | undefined;
  /** The caller has said who it is, be it that it is nobody. */
  readonly isNamed: boolean;
}
