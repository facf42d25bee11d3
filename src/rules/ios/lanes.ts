import type { SourceView } from '../rule.ts';

export const FASTFILE = 'fastlane/Fastfile';

/** The lanes that a Fastfile defines for iOS, as fastlane is called for each: `ios build_release`. */
export function lanesOf(sources: Pick<SourceView, 'readText'>): ReadonlyMap<string, readonly string[]> {
  const lanes = new Map<string, readonly string[]>();
  let platform: string | undefined;
  for (const line of (sources.readText(FASTFILE) ?? '').split('\n')) {
    const block = /^platform\s*\(?\s*:(\w+)\)?\s+do\b/.exec(line)?.[1];
    if (block !== undefined) platform = block;
    // The block ends where it began, as everybody indents it.
    else if (/^end\b/.test(line)) platform = undefined;
    const name = /^\s*lane\s*\(?\s*:(\w+)\)?\s+do\b/.exec(line)?.[1];
    if (name === undefined || (platform !== undefined && platform !== 'ios')) continue;
    lanes.set(name, platform === undefined ? [name] : [platform, name]);
  }
  return lanes;
}
