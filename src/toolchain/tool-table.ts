import type { ToolRequirement } from '../dependencies/index.ts';

/** What the lock must hold for these tools; names of host tools give nothing. */
export function toolRequirements(_names: readonly string[]): readonly ToolRequirement[] {
  return [];
}
