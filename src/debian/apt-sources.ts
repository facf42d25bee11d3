import { parseControl } from './control.ts';

/** One archive with one suite, as a file below `/etc/apt` names it. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/** Reads `sources.list` lines (sources.list(5)): binary sources that are switched on; what cannot be read is passed over. */
export function parseSourcesList(text: string): readonly AptSource[] {
  return text.split('\n').flatMap((line): AptSource[] => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)\s*(?:#.*)?$/.exec(line);
    if (!match) return [];
    const [, uri, suite, components] = match;
    return [{ uri: uri!, suite: suite!, components: words(components!) }];
  });
}

/** Reads a file of deb822 stanzas (`*.sources`), as `parseSourcesList` does lines. */
export function parseSourcesStanzas(text: string): readonly AptSource[] {
  const parsed = parseControl(text);
  if (!parsed.ok) return [];
  return parsed.value.flatMap((stanza): AptSource[] => {
    if (/^(no|false|off|0)$/i.test(stanza.get('enabled') ?? '')) return [];
    if (!words(stanza.get('types')).includes('deb')) return [];
    const components = words(stanza.get('components'));
    return words(stanza.get('uris')).flatMap((uri) =>
      words(stanza.get('suites')).map((suite) => ({ uri, suite, components })),
    );
  });
}

function words(value: string | undefined): string[] {
  return (value ?? '').split(/\s+/).filter((word) => word !== '');
}
