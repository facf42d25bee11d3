import { useState } from 'react';
import type { BuildRecord } from '../../../src/metrics/records/build-record.ts';
import { sizeText } from '../model/formats.ts';
import { ShowAll } from '../parts/show-all.tsx';

const SHOWN = 15;

/** What the build left, the largest first. */
export function Artifacts({ record: { artifacts } }: { readonly record: BuildRecord }) {
  const [isWhole, setWhole] = useState(false);
  if (artifacts.length === 0) return null;
  const sorted = artifacts.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const shown = isWhole ? sorted : sorted.slice(0, SHOWN);
  return (
    <section className="card stack" aria-labelledby="artifacts-title">
      <h2 id="artifacts-title">Artifacts</h2>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col" className="wide">
                Of
              </th>
              <th scope="col" className="number">
                Size
              </th>
              <th scope="col" className="wide">
                SHA-256
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ path, label, sizeBytes, sha256 }) => (
              <tr key={`${label} ${path}`}>
                <td className="path">{path}</td>
                <td className="wide">{label}</td>
                <td className="number">{sizeText(sizeBytes)}</td>
                <td className="wide">
                  <code title={sha256}>{sha256.slice(0, 12)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ShowAll shown={shown.length} all={sorted.length} onShow={() => setWhole(true)} />
    </section>
  );
}

/** What the gates measured. */
export function Scores({ record: { scores } }: { readonly record: BuildRecord }) {
  if (scores.length === 0) return null;
  return (
    <section className="card stack" aria-labelledby="gates-title">
      <h2 id="gates-title">Gates</h2>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Gate</th>
              <th scope="col">Outcome</th>
              <th scope="col" className="number">
                Measured
              </th>
              <th scope="col" className="number">
                Threshold
              </th>
              <th scope="col">Evidence</th>
            </tr>
          </thead>
          <tbody>
            {scores.map(({ gate, measured, threshold, unit, passed, evidence = '' }) => (
              <tr key={gate}>
                <td>{gate}</td>
                <td>
                  <span className={`mark ${passed ? 'good' : 'bad'}`}>
                    {passed ? '✓ Passed' : '✕ Failed'}
                  </span>
                </td>
                <td className="number">{measured === null ? 'not measured' : `${measured} ${unit}`}</td>
                <td className="number">{threshold === null ? '–' : `${threshold} ${unit}`}</td>
                <td>{evidence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
