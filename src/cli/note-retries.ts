import type { RegistryClientOptions } from '../registry/index.ts';
import type { Reporter } from './report/reporter.ts';

/** Tells once why a registry is asked again. */
export function noteRetries({ isJson, note }: Reporter): NonNullable<RegistryClientOptions['onEvent']> {
  let last = '';
  return (event) => {
    if (event.type !== 'retry' || isJson) return;
    const { registry, because, waitMs } = event;
    const text = `${registry}: ${because}; trying again in ${Math.ceil(waitMs / 1000)} s`;
    if (text !== last) note(text);
    last = text;
  };
}
