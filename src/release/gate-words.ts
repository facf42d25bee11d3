import { cleanLine } from '../base/index.ts';
import type { GateRecord } from './gates.ts';

/** What people are to know of the gates of a release, a sentence each; nothing where all of them were green. */
export function gateWords(gates: GateRecord): readonly string[] {
  switch (gates.state) {
    case 'green':
      return [];
    case 'not-checked':
      return [cleanLine(`the quality gates were not checked: ${gates.reason}`)];
    case 'excepted':
      return gates.exceptions.map(({ gate, reason }) =>
        cleanLine(`released past the quality gate ${gate}: ${reason}`),
      );
  }
}
