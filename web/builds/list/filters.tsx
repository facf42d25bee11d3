import { useEffect, useState } from 'react';
import { BUILD_STATUSES, type BuildStatus } from '../../../src/metrics/records/build-record.ts';
import type { Choices } from '../../../src/metrics/records/build-records.ts';
import { type Filter, PERIODS, type ViewName } from '../model/address.ts';
import { addressOf } from '../model/api.ts';
import { buildWordOf } from '../parts/marks.tsx';
import { useResource } from '../parts/use-resource.ts';

interface FiltersProps {
  readonly view: ViewName;
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

const PERIOD_WORDS: Readonly<Record<number, string>> = {
  1: '24 hours',
  7: '7 days',
  30: '30 days',
  90: '90 days',
  365: 'a year',
};

/** Which builds are meant, by what counts in the view. What is chosen is in the address. */
export function Filters({ view, filter, onChange }: FiltersProps) {
  const { value: choices } = useResource<Choices>(addressOf('/api/v1/metrics/choices'));
  const set = (name: keyof Filter, value: string): void => {
    const { [name]: _, from: __, ...rest } = filter;
    onChange({ ...rest, days: filter.days, ...(value === '' ? {} : { [name]: value }) });
  };
  const select = (name: 'workspace' | 'branch' | 'verb', label: string, all: readonly string[] = []) => (
    <Select label={label} value={filter[name] ?? ''} onChange={(value) => set(name, value)} all={all} />
  );
  return (
    <search aria-label="Builds">
      {' '}
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        {view !== 'trends' && (
          <label>
            Period
            <select
              value={filter.days}
              onChange={({ target }) => onChange({ ...withoutPart(filter), days: Number(target.value) })}
            >
              {PERIODS.map((days) => (
                <option key={days} value={days}>
                  {PERIOD_WORDS[days]}
                </option>
              ))}
            </select>
          </label>
        )}
        {select('workspace', 'Workspace', choices?.workspaces)}
        {select('branch', 'Branch', choices?.branches)}
        {view !== 'trends' && select('verb', 'Command', choices?.verbs)}
        {(view === 'builds' || view === 'failures') && (
          <Select
            label="Outcome"
            value={filter.status ?? ''}
            onChange={(value) => set('status', value)}
            all={BUILD_STATUSES}
            wordOf={(status) => buildWordOf(status as BuildStatus)}
          />
        )}
        <TextFilter value={filter.text ?? ''} onChange={(value) => set('text', value)} />
      </form>
    </search>
  );
}

function withoutPart({ from: _, ...filter }: Filter): Filter {
  return filter;
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly all: readonly string[];
  readonly onChange: (value: string) => void;
  readonly wordOf?: (value: string) => string;
}

/** What stands in the address can be chosen, also where no build has it any more. */
function Select({ label, value, all, onChange, wordOf = (each) => each }: SelectProps) {
  const options = value === '' || all.includes(value) ? all : [value, ...all];
  return (
    <label>
      {label}
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">any</option>
        {options.map((each) => (
          <option key={each} value={each}>
            {wordOf(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** After the last letter the server is asked, not at each. */
const PAUSE_MS = 300;

function TextFilter({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the callback is another at each drawing
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <label className="grow">
      Search
      <input
        type="search"
        value={text}
        placeholder="commit, version, branch"
        maxLength={200}
        onChange={({ target }) => setText(target.value)}
      />
    </label>
  );
}
