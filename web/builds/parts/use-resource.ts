import { useCallback, useEffect, useRef, useState } from 'react';
import { ask } from '../model/api.ts';

export interface Resource<T> {
  /** The last answer, also while a new one is on its way. */
  readonly value: T | undefined;
  readonly error: string | undefined;
  readonly reload: () => void;
}

/** What an address answers; asked again when it changes, or by `reload`. Of answers that overtake each other the last counts. */
export function useResource<T>(address: string): Resource<T> {
  const [state, setState] = useState<{ address?: string; value?: T; error?: string }>({});
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    const abort = new AbortController();
    ask<T>(address, abort.signal).then(
      (value) => setState({ address, value }),
      (error: unknown) => {
        if (!abort.signal.aborted)
          setState({ address, error: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => abort.abort();
  }, [address, round]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { value: state.value, error: state.address === address ? state.error : undefined, reload };
}

/** Not more often than this is asked again. */
const PAUSE_MS = 1500;

/** Calls when a build changes: any, or the one with the id. Many changes in a row are one call. */
export function useChanges(onChange: () => void, id?: string): void {
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const source = new EventSource('/api/v1/live');
    source.addEventListener('changed', (event) => {
      const changed = JSON.parse(String(event.data)) as { id: string };
      if (id !== undefined && changed.id !== id) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        latest.current();
      }, PAUSE_MS);
    });
    return () => {
      source.close();
      clearTimeout(timer);
    };
  }, [id]);
}
