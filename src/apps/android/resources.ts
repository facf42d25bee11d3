import type { XmlValue } from './xml.ts';

/** For which devices a value of a resource is. */
export interface ResourceConfig {
  /** `de`, `zh-Hant`, `pt-BR`; empty for every one. */
  readonly locale: string;
  /** Dots per inch as Android counts them; 0 for every one. */
  readonly density: number;
  /** Whether nothing at all is asked of the device. */
  readonly isDefault: boolean;
}

export interface ConfiguredValue {
  readonly config: ResourceConfig;
  readonly value: XmlValue;
}

/** The resources of an app, whatever form they were read from. */
export interface Resources {
  /** All values of one; none for what is unknown, or is no simple value. */
  lookup(id: number): readonly ConfiguredValue[];
  readonly locales: readonly string[];
  readonly densities: readonly number[];
}

export const NO_RESOURCES: Resources = { lookup: () => [], locales: [], densities: [] };

/** Longer than any chain that is meant. */
const MAX_REFERENCES = 16;

/** The text that an attribute means by default: itself, or the resource that it refers to. */
export function resolvedText(resources: Resources, value: XmlValue | undefined): string | undefined {
  let current = value;
  for (let count = 0; current?.kind === 'reference' && count < MAX_REFERENCES; count++) {
    const values = resources.lookup(current.id);
    current = (values.find(({ config }) => config.isDefault) ?? values[0])?.value;
  }
  return current?.kind === 'text' ? current.text : undefined;
}

/** What configurations of resources have between them, in order. */
export function configsOf(configs: readonly ResourceConfig[]): Pick<Resources, 'locales' | 'densities'> {
  const locales = new Set(configs.map(({ locale }) => locale).filter((each) => each !== ''));
  const densities = new Set(configs.map(({ density }) => density).filter((each) => each !== 0));
  return { locales: [...locales].sort(), densities: [...densities].sort((a, b) => a - b) };
}

const DENSITY_NAMES: ReadonlyMap<number, string> = new Map([
  [120, 'ldpi'],
  [160, 'mdpi'],
  [213, 'tvdpi'],
  [240, 'hdpi'],
  [320, 'xhdpi'],
  [480, 'xxhdpi'],
  [640, 'xxxhdpi'],
  [0xfffe, 'anydpi'],
  [0xffff, 'nodpi'],
]);

export function densityName(density: number): string {
  return DENSITY_NAMES.get(density) ?? `${density}dpi`;
}
