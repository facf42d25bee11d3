/** What every service of the platform needs to be safe, and nothing else: signed tokens, comparison
 * in constant time, redaction of secrets in text, and paths that cannot leave a folder. */
export { constantTimeEqual } from './equal.js';
export { realpathInside, resolveInside } from './paths.js';
export { redactSecrets } from './redact.js';
export { type Claims, signToken, type TokenCheck, verifyToken } from './tokens.js';
