import type { ActionRecord } from '../../../src/metrics/records/build-record.ts';
import { durationText, sizeText } from '../model/formats.ts';
import { Log } from '../parts/log.tsx';
import { ActionMark } from '../parts/marks.tsx';
import { Fact } from './build-head.tsx';

interface ActionDetailsProps {
  readonly action: ActionRecord;
  readonly onSelect: (id: string | undefined) => void;
  readonly isInRecord: (id: string) => boolean;
}

/** All that is known of one action. */
export function ActionDetails({ action, onSelect, isInRecord }: ActionDetailsProps) {
  const { label, description, status, needs = [], failure, log } = action;
  return (
    <section className="card stack details" aria-labelledby="details-title" aria-live="polite">
      <div className="row spread">
        <div className="row">
          <h2 id="details-title">
            {label} {description}
          </h2>
          <ActionMark status={status} />
        </div>
        <button type="button" onClick={() => onSelect(undefined)}>
          Close
        </button>
      </div>
      <Facts action={action} />
      {needs.length > 0 && <Needs needs={needs} onSelect={onSelect} isInRecord={isInRecord} />}
      {failure !== undefined && (
        <p className="bad-text">{status === 'skipped' ? `because of ${failure}` : failure}</p>
      )}
      {log !== undefined && <Log of={`${label} ${description}`} text={log} />}
    </section>
  );
}

function Facts({ action }: { readonly action: ActionRecord }) {
  const { id, readyMs, startMs, endMs, cpuMs, peakMemoryBytes, savedMs, key } = action;
  return (
    <dl className="facts">
      {startMs !== undefined && <Fact name="Began after">{durationText(startMs)}</Fact>}
      {startMs !== undefined && endMs !== undefined && (
        <Fact name="Ran for">{durationText(endMs - startMs)}</Fact>
      )}
      {startMs !== undefined && readyMs !== undefined && (
        <Fact name="Waited">{durationText(startMs - readyMs)}</Fact>
      )}
      {savedMs !== undefined && <Fact name="Took when it ran">{durationText(savedMs)}</Fact>}
      {cpuMs !== undefined && <Fact name="Processor time">{durationText(cpuMs)}</Fact>}
      {peakMemoryBytes !== undefined && peakMemoryBytes > 0 && (
        <Fact name="Memory at its peak">{sizeText(peakMemoryBytes)}</Fact>
      )}
      <Fact name="Action">
        <code>{id}</code>
      </Fact>
      {key !== undefined && (
        <Fact name="Key in the cache">
          <code>{key.slice(0, 16)}</code>
        </Fact>
      )}
    </dl>
  );
}

interface NeedsProps extends Pick<ActionDetailsProps, 'onSelect' | 'isInRecord'> {
  readonly needs: readonly string[];
}

function Needs({ needs, onSelect, isInRecord }: NeedsProps) {
  return (
    <div>
      <h3>It takes what these made</h3>
      <ul className="needs">
        {needs.map((each) => (
          <li key={each}>
            {isInRecord(each) ? (
              <button type="button" className="plain-button" onClick={() => onSelect(each)}>
                {each}
              </button>
            ) : (
              each
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
