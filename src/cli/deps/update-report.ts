import { positionOf } from '../../base/index.ts';
import type { LockChange, RaisedAsk } from '../../dependencies/index.ts';
import { reportText } from '../../scan/index.ts';
import type { Update } from './update-outcome.ts';

export function updateText({ changes, raised, report }: Update, columns: number): string {
  const lines = [...raised.map(raisedLine), ...changes.map(changeLine)];
  const what = lines.length === 0 ? ['nothing changes'] : lines;
  return [...what, ...(report ? ['', reportText(report, columns)] : [])].join('\n');
}

export function updateJson(update: Update | undefined): object {
  const { changes = [], raised = [], report } = update ?? {};
  return { changes, raised: raised.map(raisedJson), ...(report ? { advisories: report } : {}) };
}

export function writtenFiles({ raised }: Update, lock: string): string {
  return [...new Set(raised.map(({ span }) => span.file.path)), lock].join(', ');
}

function raisedLine({ span, from, to, added }: RaisedAsk): string {
  const { line, column } = positionOf(span);
  const what = added === undefined ? `${from} -> ${to}` : `+ ${added}`;
  return `${span.file.path}:${line}:${column}: ${what}`;
}

function raisedJson({ ecosystem, name, from, to, span, added }: RaisedAsk): object {
  const { line, column } = positionOf(span);
  return { ecosystem, name, path: span.file.path, line, column, from, to: added ?? to };
}

function changeLine({ ecosystem, name, from, to }: LockChange): string {
  if (from.length === 0) return `${ecosystem} ${name} new ${to.join(', ')}`;
  if (to.length === 0) return `${ecosystem} ${name} gone (${from.join(', ')})`;
  return `${ecosystem} ${name} ${from.join(', ')} -> ${to.join(', ')}`;
}
