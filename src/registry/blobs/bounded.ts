import { fail, ok, type Result } from '../../base/index.ts';

/**
 * Runs `work` over all items, at most `limit` at once. The first failure is the result: `stop` is called then, to end
 * what is under way, and all of it is waited for.
 */
export async function eachBounded<T, F>(
  items: readonly T[],
  { limit, stop }: { readonly limit: number; readonly stop: () => void },
  work: (item: T) => Promise<Result<void, F>>,
): Promise<Result<void, F>> {
  let next = 0;
  let failed: { readonly failure: F } | undefined;
  let thrown: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed && !thrown) {
      try {
        const result = await work(items[next++]!);
        if (result.ok || failed) continue;
        failed = { failure: result.failure };
      } catch (error) {
        thrown ??= { error };
      }
      stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (thrown) throw thrown.error;
  return failed ? fail(failed.failure) : ok(undefined);
}
