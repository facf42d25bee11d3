/** The disk that holds the store has no room left; nothing half-written remains. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`no space left for the store at ${path}`, { cause });
    this.path = path;
  }
}
