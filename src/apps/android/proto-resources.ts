import { ProtoMessage } from '../archive/protobuf.ts';
import { itemValue } from './proto-xml.ts';
import { type ConfiguredValue, configsOf, type ResourceConfig, type Resources } from './resources.ts';

// Fields of aapt2's Resources.proto and Configuration.proto.
const TABLE_PACKAGE = 2;
const PACKAGE = { id: 1, type: 3 } as const;
const TYPE = { id: 1, entry: 3 } as const;
const ENTRY = { id: 1, value: 6 } as const;
const CONFIG_VALUE = { config: 1, value: 2 } as const;
const VALUE_ITEM = 4;
const CONFIG = { mcc: 1, locale: 3, density: 18, last: 26 } as const;

/** Reads `resources.pb` of a bundle. */
export function readProtoResources(bytes: Buffer): Resources {
  const entries = new Map<number, ProtoMessage[]>();
  const configs: ResourceConfig[] = [];
  for (const group of new ProtoMessage(bytes).messages(TABLE_PACKAGE)) {
    const packageId = idOf(group.message(PACKAGE.id));
    for (const type of group.messages(PACKAGE.type)) {
      const typeId = idOf(type.message(TYPE.id));
      for (const entry of type.messages(TYPE.entry)) {
        const values = entry.messages(ENTRY.value);
        entries.set(packageId * 2 ** 24 + typeId * 2 ** 16 + idOf(entry.message(ENTRY.id)), values);
        for (const value of values) configs.push(configOf(value.message(CONFIG_VALUE.config)));
      }
    }
  }
  return { lookup: (id) => (entries.get(id) ?? []).flatMap(configuredValues), ...configsOf(configs) };
}

function idOf(message: ProtoMessage | undefined): number {
  return message?.number(1) ?? 0;
}

function configuredValues(message: ProtoMessage): ConfiguredValue[] {
  const item = message.message(CONFIG_VALUE.value)?.message(VALUE_ITEM);
  const value = item && itemValue(item);
  return value ? [{ config: configOf(message.message(CONFIG_VALUE.config)), value }] : [];
}

function configOf(message: ProtoMessage | undefined): ResourceConfig {
  const locale = message?.text(CONFIG.locale) ?? '';
  const asked = Array.from({ length: CONFIG.last }, (_, index) => message?.number(CONFIG.mcc + index));
  return {
    locale,
    density: message?.number(CONFIG.density) ?? 0,
    isDefault: locale === '' && asked.every((value) => (value ?? 0) === 0),
  };
}
