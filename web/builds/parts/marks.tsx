import type { ActionStatus, BuildStatus, Counts } from '../../../src/metrics/records/build-record.ts';

interface Look {
  readonly className: string;
  /** Told apart without colour, too. */
  readonly sign: string;
  readonly word: string;
}

const BUILD: Readonly<Record<BuildStatus, Look>> = {
  success: { className: 'good', sign: '✓', word: 'Succeeded' },
  failed: { className: 'bad', sign: '✕', word: 'Failed' },
  refused: { className: 'warn', sign: '!', word: 'Refused' },
  interrupted: { className: '', sign: '■', word: 'Interrupted' },
  lost: { className: 'warn', sign: '?', word: 'Lost' },
  running: { className: 'busy', sign: '▸', word: 'Running' },
};

const ACTION: Readonly<Record<ActionStatus, Look>> = {
  ran: { className: 'busy', sign: '●', word: 'Ran' },
  cached: { className: 'good', sign: '◆', word: 'From the cache' },
  failed: { className: 'bad', sign: '✕', word: 'Failed' },
  skipped: { className: '', sign: '–', word: 'Not started' },
  interrupted: { className: '', sign: '■', word: 'Interrupted' },
  running: { className: 'busy', sign: '▸', word: 'Running' },
  waiting: { className: '', sign: '…', word: 'Waiting' },
};

export const wordOf = (status: ActionStatus): string => ACTION[status].word;
export const buildWordOf = (status: BuildStatus): string => BUILD[status].word;

export function BuildMark({ status }: { readonly status: BuildStatus }) {
  return <Mark {...BUILD[status]} />;
}

export function ActionMark({ status }: { readonly status: ActionStatus }) {
  return <Mark {...ACTION[status]} />;
}

function Mark({ className, sign, word }: Look) {
  return (
    <span className={`mark ${className}`}>
      <span aria-hidden="true">{sign}</span>
      {word}
    </span>
  );
}

const SHARES = [
  ['ran', 'ran'],
  ['cached', 'from the cache'],
  ['failed', 'failed'],
  ['skipped', 'not started'],
] as const;

/** Of actions how many ran, came from the cache, failed: as words, and as a bar for the eye. */
export function CountsBar({ counts }: { readonly counts: Counts }) {
  const parts = SHARES.filter(([key]) => counts[key] > 0);
  const words = parts.map(([key, word]) => `${counts[key]} ${word}`);
  if (words.length === 0) return <span className="muted small">nothing to do</span>;
  return (
    <span className="counts">
      <span className="counts-bar" aria-hidden="true">
        {parts.map(([key]) => (
          <span key={key} className={`share ${key}`} style={{ flexGrow: counts[key] }} />
        ))}
      </span>
      <span className="muted small">{words.join(', ')}</span>
    </span>
  );
}
