import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: ((how: object) => void) | undefined;

/**
 * Gives back at once the memory of what nobody uses any more. V8 itself waits until 64 MB of buffers have piled up, however
 * small everything else is. It stops us for some milliseconds; `last-resort` for some more, and then V8 keeps no page for later.
 */
export function collectGarbage(flavor: 'regular' | 'last-resort' = 'regular'): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as (how: object) => void;
  }
  collect({ type: 'major', flavor });
}
