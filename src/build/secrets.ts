import { fail, ok, type Result } from '../base/index.ts';
import type { Host } from '../host/index.ts';

/** Of the variables of the build's environment that hold a secret, or the path of a file that does. */
export const SECRET_PREFIX = 'MOBILEOPS_SECRET_';

/** The variable that gives a secret: `MOBILEOPS_SECRET_NPM_TOKEN` for `npm-token`. */
export function secretVariable(id: string): string {
  return `${SECRET_PREFIX}${id.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** A secret by its id; `undefined` where there is none, a failure where its file cannot be read. */
export function readSecret(
  { fs, env }: Pick<Host, 'fs' | 'env'>,
  id: string,
): Result<Uint8Array | undefined, string> {
  const name = secretVariable(id);
  const { [name]: value, [`${name}_FILE`]: path } = env.variables;
  if (value !== undefined && value !== '') return ok(Buffer.from(value));
  if (path === undefined || path === '') return ok(undefined);
  try {
    return ok(fs.readFile(path));
  } catch (error) {
    return fail(`${name}_FILE cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
