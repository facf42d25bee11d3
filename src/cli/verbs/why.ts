import { cleanText, hasErrors } from '../../base/index.ts';
import {
  type Explanation,
  Explanations,
  explanationText,
  noteText,
  openWorkspace,
  type TargetExplanation,
  timeText,
} from '../../build/index.ts';
import { selectTargets } from '../../graph/index.ts';
import { refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';

export const whyVerb: Verb = async (context) => {
  const { host, reporter, positionals } = context;
  const opened = await openWorkspace({ ...context, sink: () => {} });
  const selected = opened.value && selectTargets(opened.value.graph, positionals);
  const diagnostics = [...opened.diagnostics, ...(selected?.diagnostics ?? [])];
  if (!opened.value || !selected || hasErrors(diagnostics)) {
    return refuse(reporter, diagnostics);
  }
  const explanations = new Explanations(host.fs, opened.value.root);
  const answers = selected.value.map((label) => ({ label, ...explanations.of(label) }));
  if (reporter.isJson) {
    const targets = answers.map(({ label, actions, note }) => ({
      label,
      ...(note ? { note } : {}),
      actions: inOrder(actions).map(({ id, status, time, durationMs, reasons, network, record }) => ({
        ...{ id, status, time, durationMs: Math.round(durationMs), key: record?.key, reasons },
        ...(network ? { network } : {}),
      })),
    }));
    reporter.json({ exitCode: 0, targets });
  } else for (const { label, ...found } of answers) reporter.result(answerText(label, found));
  return 0;
};

function inOrder(explanations: readonly Explanation[]): readonly Explanation[] {
  return [...explanations].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
}

/** Always an answer: also where nothing was done, it says since when. */
function answerText(label: string, { actions, note }: TargetExplanation): string {
  if (actions.length === 0 && !note)
    return `${label} has not been built in this workspace; mobileops build ${label} builds it`;
  const said = inOrder(actions).map((each) => cleanText(explanationText(each), false));
  if (note) said.push(cleanText(noteText(label, note), false));
  const times = [...actions.map(({ time }) => time), ...(note ? [note.time] : [])];
  if (isGood({ actions, note }))
    said.push(
      `Since ${timeText(Math.max(...times))} UTC no build found anything changed that ${label} depends on.`,
    );
  return said.join('\n');
}

/** A note is of a build after all actions that are told. */
function isGood({
  actions,
  note,
}: {
  readonly actions: TargetExplanation['actions'];
  readonly note: TargetExplanation['note'] | undefined;
}): boolean {
  if (note) return note.kind === 'restored' || note.kind === 'as-before';
  return actions.every(({ status }) => status === 'ran' || status === 'cached');
}
