import type { Permission } from './manifest.js';
import { redactSecrets } from './security/index.js';

/** A value for each signal of the platform. */
export type Sample = Readonly<Record<string, number>>;

/** What a plugin's module exports. */
export interface Plugin {
  activate(platform: PluginInterface): void | Promise<void>;
  deactivate?(): void | Promise<void>;
}

/** What a plugin sees of the platform; a part that was not granted is not there. */
export interface PluginInterface {
  /** Permission `telemetry:read`. */
  readonly telemetry?: { onSample(listener: (sample: Sample) => void): void };
  /** Permission `notify`. */
  readonly notify?: (message: string) => void;
  /** Permission `storage`: texts that are the plugin's own. */
  readonly storage?: { get(key: string): string | undefined; set(key: string, value: string): void };
}

/** What the platform does for a plugin. */
export interface Services {
  onSample(plugin: string, listener: (sample: Sample) => void): void;
  notify(plugin: string, message: string): void;
}

const LONGEST_MESSAGE = 500;
const STORAGE_LIMIT = 64 * 1024;

export function interfaceFor(
  plugin: string,
  granted: readonly Permission[],
  services: Services,
): PluginInterface {
  const has = (permission: Permission) => granted.includes(permission);
  return Object.freeze({
    ...(has('telemetry:read')
      ? {
          telemetry: Object.freeze({
            onSample: (listener: (sample: Sample) => void) => services.onSample(plugin, listener),
          }),
        }
      : {}),
    ...(has('notify')
      ? {
          notify: (message: string) =>
            services.notify(plugin, redactSecrets(String(message)).slice(0, LONGEST_MESSAGE)),
        }
      : {}),
    ...(has('storage') ? { storage: storage() } : {}),
  });
}

function storage(): NonNullable<PluginInterface['storage']> {
  const values = new Map<string, string>();
  return Object.freeze({
    get: (key: string) => values.get(key),
    set(key: string, value: string) {
      const others = [...values].filter(([each]) => each !== key);
      const size = others.reduce(
        (sum, [each, text]) => sum + each.length + text.length,
        key.length + value.length,
      );
      if (size > STORAGE_LIMIT) throw new RangeError(`a plugin may store ${STORAGE_LIMIT} characters`);
      values.set(key, value);
    },
  });
}
