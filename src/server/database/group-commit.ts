/**
 * Many who wait for the same disk wait once: a call that comes while a flush is running is answered by the next one, which
 * covers all that was written before it began.
 */
export function groupCommit(flush: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    const began = flush().finally(() => {
      if (running === began) running = undefined;
    });
    running = began;
    return began;
  };
  return () => {
    if (!running) return begin();
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };
}
