import type { Manifest } from './manifest.js';
import { interfaceFor, type Plugin, type Sample } from './plugin.js';

interface Active {
  readonly plugin: Plugin;
  readonly listeners: ((sample: Sample) => void)[];
  failures: number;
}

const FAILURES_ALLOWED = 3;

/** Keeps plugins running. What one does wrong reaches neither the platform nor the others, and after
 * three failures in a row it hears nothing more. */
export class PluginHost {
  readonly #active = new Map<string, Active>();
  readonly #notify: (plugin: string, message: string) => void;

  /** `notify` gets the plugins' messages, and the host's own about a plugin. */
  constructor(notify: (plugin: string, message: string) => void) {
    this.#notify = notify;
  }

  get names(): string[] {
    return [...this.#active.keys()].sort();
  }

  /** False when a plugin of that name is there already or its `activate` fails. */
  async activate(manifest: Manifest, plugin: Plugin): Promise<boolean> {
    const { name } = manifest;
    if (this.#active.has(name)) return false;
    const entry: Active = { plugin, listeners: [], failures: 0 };
    this.#active.set(name, entry);
    const services = {
      notify: this.#notify,
      onSample: (_plugin: string, listener: (sample: Sample) => void) => void entry.listeners.push(listener),
    };
    try {
      await plugin.activate(interfaceFor(name, manifest.permissions, services));
      return true;
    } catch (error) {
      this.#active.delete(name);
      this.#notify(name, `could not be activated: ${String(error)}`);
      return false;
    }
  }

  /** Tells every plugin of a new sample. */
  deliver(sample: Sample): void {
    const frozen = Object.freeze({ ...sample });
    for (const [name, entry] of this.#active) {
      if (entry.failures >= FAILURES_ALLOWED) continue;
      try {
        for (const listener of entry.listeners) listener(frozen);
        entry.failures = 0;
      } catch (error) {
        entry.failures++;
        const end = entry.failures === FAILURES_ALLOWED ? '; it hears nothing more' : '';
        this.#notify(name, `failed: ${String(error)}${end}`);
      }
    }
  }

  async deactivateAll(): Promise<void> {
    for (const [name, { plugin }] of this.#active) {
      try {
        await plugin.deactivate?.();
      } catch (error) {
        this.#notify(name, `failed to end: ${String(error)}`);
      }
    }
    this.#active.clear();
  }
}
