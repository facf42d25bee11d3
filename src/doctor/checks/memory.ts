import { formatSizeBytes } from '../../base/index.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, warning } from '../found.ts';
import type { DoctorReport } from '../model.ts';

const TOO_LITTLE_BYTES = 256 * 2 ** 20;
/** What dexing, bundling and a JVM want together. */
const SCARCE_BYTES = 2 ** 30;

export function checkMemory({ host: { env } }: Examined): DoctorReport {
  const free = env.freeMemoryBytes();
  const seen = `${formatSizeBytes(free)} of ${formatSizeBytes(env.totalMemoryBytes)} of memory are free`;
  const remedy = 'mobileops build --jobs 1';
  if (free < TOO_LITTLE_BYTES) return found(broken('memory/free', seen, { remedy }));
  return found(free < SCARCE_BYTES ? warning('memory/free', seen, { remedy }) : fine('memory/free', seen));
}
