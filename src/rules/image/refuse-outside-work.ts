import type { OutsideWork } from './image-reading.ts';
import type { Problems } from './problems.ts';

const REFUSALS = {
  url: {
    code: 'image/add-url',
    message: (name: string) => `${name} cannot be fetched yet`,
    hint: 'fetch it in a step of a component that says `network: true`, and COPY it from dist/components/<name>',
  },
} as const;

/** The one place that refuses what the plan can say and the build cannot do yet: drop it with its call once it can. */
export function refuseOutsideWork(work: readonly OutsideWork[], problems: Problems): void {
  for (const { kind, name, span } of work) {
    if (kind !== 'url') continue;
    const { code, message, hint } = REFUSALS[kind];
    problems.add(code, span, { message: message(name), hint });
  }
}
