import { sha256 } from '../base/index.ts';
import type { Host } from '../host/index.ts';

/** A name for one run, which no other has: 128 bits of what differs between runs, machines and moments. */
export function newRecordId({ clock, env }: Pick<Host, 'clock' | 'env'>): string {
  const parts = [clock.now(), clock.monotonicMs(), env.pid, env.random(), env.random(), env.homeDirectory];
  return sha256(parts.join(' ')).slice(0, 32);
}
