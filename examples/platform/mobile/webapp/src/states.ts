/** How each state of the model is told to a person. */
export interface StateText {
  readonly title: string;
  readonly advice: string;
}

const TEXTS: Readonly<Record<string, StateText>> = {
  healthy: { title: 'Healthy', advice: 'All signals are in their usual range. Nothing to do.' },
  overload: { title: 'Overload', advice: 'More work arrives than is done. Add capacity or shed load.' },
  leak: {
    title: 'Memory leak',
    advice: 'Memory climbs and does not come back. Restart in turn, then look at the last change.',
  },
  fault: { title: 'Fault', advice: 'Requests fail. Roll back to the last release that was well.' },
};

export function textOf(state: string): StateText {
  return TEXTS[state] ?? { title: state, advice: '' };
}
