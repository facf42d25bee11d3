/** What a token may do: each role may also do what those before it may. */
export const ROLES = ['read', 'write', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What an operation asks of who calls it; `open` is for everybody. */
export type Access = 'open' | Role;

export function mayDo(role: Role | undefined, access: Access): boolean {
  if (access === 'open') return true;
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(access);
}
