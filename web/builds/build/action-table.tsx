import { useState } from 'react';
import type { ActionRecord, BuildRecord } from '../../../src/metrics/records/build-record.ts';
import { countText, durationText, sizeText } from '../model/formats.ts';
import { Choice } from '../parts/choice.tsx';
import { ActionMark } from '../parts/marks.tsx';
import { ShowAll } from '../parts/show-all.tsx';

interface ActionTableProps {
  readonly record: BuildRecord;
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}

const ranMs = ({ startMs, endMs }: ActionRecord): number =>
  startMs === undefined || endMs === undefined ? 0 : endMs - startMs;
const waitedMs = ({ readyMs, startMs }: ActionRecord): number =>
  readyMs === undefined || startMs === undefined ? 0 : startMs - readyMs;

const COLUMNS = {
  took: { name: 'Took', isWide: false, of: ranMs, text: durationText },
  waited: { name: 'Waited', isWide: false, of: waitedMs, text: durationText },
  cpu: { name: 'Processor', isWide: true, of: ({ cpuMs = 0 }: ActionRecord) => cpuMs, text: durationText },
  memory: {
    name: 'Memory',
    isWide: true,
    of: ({ peakMemoryBytes = 0 }: ActionRecord) => peakMemoryBytes,
    text: sizeText,
  },
} as const;
type Column = keyof typeof COLUMNS;

const KINDS = ['all', 'ran', 'cached', 'failed', 'skipped'] as const;
type Kind = (typeof KINDS)[number];
const KIND_WORDS: Readonly<Record<Kind, string>> = {
  all: 'All',
  ran: 'Ran',
  cached: 'From the cache',
  failed: 'Failed',
  skipped: 'Not started',
};
const SHOWN = 25;

/** The same as the timeline in rows, by what they took. */
export function ActionTable({ record, selected, onSelect }: ActionTableProps) {
  const [column, setColumn] = useState<Column>('took');
  const [kind, setKind] = useState<Kind>('all');
  const [isWhole, setWhole] = useState(false);
  const { actions, actionsLeftOut } = record;
  const of = (each: Kind): number =>
    each === 'all' ? actions.length : actions.filter(({ status }) => status === each).length;
  const meant = kind === 'all' ? actions : actions.filter(({ status }) => status === kind);
  const sorted = meant.toSorted((a, b) => COLUMNS[column].of(b) - COLUMNS[column].of(a));
  const shown = isWhole ? sorted : sorted.slice(0, SHOWN);
  return (
    <section className="card stack" aria-labelledby="actions-title">
      <div className="row spread">
        <h2 id="actions-title">Actions</h2>
        <Choice
          name="Which actions"
          values={KINDS.filter((each) => each === 'all' || of(each) > 0)}
          chosen={kind}
          wordOf={(each) => `${KIND_WORDS[each]} ${of(each)}`}
          onChoose={setKind}
        />
      </div>
      <div className="scroll">
        <table className="actions">
          <TableHead column={column} onSort={setColumn} />
          <tbody>
            {shown.map((action) => (
              <ActionRow
                key={action.id}
                action={action}
                isSelected={action.id === selected}
                onSelect={onSelect}
              />
            ))}
          </tbody>
        </table>
      </div>
      <ShowAll shown={shown.length} all={sorted.length} onShow={() => setWhole(true)} />
      {actionsLeftOut !== undefined && (
        <p className="muted small">{countText(actionsLeftOut, 'more action')} had no place in this record.</p>
      )}
    </section>
  );
}

interface TableHeadProps {
  readonly column: Column;
  readonly onSort: (column: Column) => void;
}

function TableHead({ column, onSort }: TableHeadProps) {
  return (
    <thead>
      <tr>
        <th scope="col">Action</th>
        <th scope="col">Outcome</th>
        {(Object.keys(COLUMNS) as Column[]).map((each) => (
          <th
            key={each}
            scope="col"
            className={numberClass(each)}
            aria-sort={each === column ? 'descending' : 'none'}
          >
            <button type="button" className="plain-button" onClick={() => onSort(each)}>
              {COLUMNS[each].name}
              <span aria-hidden="true">{each === column ? ' ▾' : ''}</span>
            </button>
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface ActionRowProps {
  readonly action: ActionRecord;
  readonly isSelected: boolean;
  readonly onSelect: (id: string) => void;
}

function ActionRow({ action, isSelected, onSelect }: ActionRowProps) {
  const { id, label, description, status } = action;
  return (
    <tr className={isSelected ? 'selected' : undefined}>
      <td>
        <button type="button" className="plain-button" onClick={() => onSelect(id)}>
          {label} <span className="muted">{description}</span>
        </button>
      </td>
      <td>
        <ActionMark status={status} />
      </td>
      {(Object.keys(COLUMNS) as Column[]).map((name) => (
        <td key={name} className={numberClass(name)}>
          <Figure action={action} column={name} />
        </td>
      ))}
    </tr>
  );
}

function Figure({ action, column }: { readonly action: ActionRecord; readonly column: Column }) {
  const { of, text } = COLUMNS[column];
  const value = of(action);
  return value > 0 ? text(value) : <span className="muted">–</span>;
}

/** What has no place on a phone stands in the details of the action. */
function numberClass(column: Column): string {
  return COLUMNS[column].isWide ? 'number wide' : 'number';
}
