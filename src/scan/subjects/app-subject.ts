import type { AppFailure, AppPlace, AppWorld } from '../../apps/index.ts';
import { bytesSource } from '../../archives/index.ts';
import { type Diagnostic, ok, type Result } from '../../base/index.ts';
import { loadApps } from '../../sbom/index.ts';
import { type FileScan, keptBytes, scanContent } from '../files/file-findings.ts';
import type { Finding } from '../model.ts';
import type { Severity } from '../severity/severity.ts';
import type { ScanSubject } from '../subject.ts';

/** What a report of an app says that matters for security; what keeps it from running is for `app check`. */
const SEVERITIES: Readonly<Record<string, Severity>> = {
  'app/signature-wrong': 'high',
  'app/signature-stripped': 'high',
  'app/signers-differ': 'high',
  'app/weak-signature': 'medium',
  'app/signature-not-checked': 'medium',
  'app/debuggable': 'high',
  'app/debug-certificate': 'high',
  'app/old-signature': 'medium',
  'app/cleartext-traffic': 'medium',
  'app/user-certificates': 'medium',
  'app/exported-unguarded': 'medium',
  'app/test-only': 'low',
  'app/backup-allowed': 'low',
};

/** The packages that an app names, its files, and what its manifest opens. */
export async function appSubject(world: AppWorld, place: AppPlace): Promise<Result<ScanSubject, AppFailure>> {
  const { catalogueApp } = await loadApps();
  const scans: FileScan[] = [];
  const listed = await catalogueApp(world, place, {
    verifies: true,
    also: [
      ({ name, sizeBytes }, content) => {
        if (keptBytes(name, sizeBytes) > 0)
          scans.push(scanContent(name, bytesSource(content), { looksIntoBinaries: true }));
      },
    ],
  });
  if (!listed.ok) return listed;
  const { catalogue, facts } = listed.value;
  return ok({
    packages: catalogue.packages,
    files: [],
    filesSeen: scans.length,
    findings: [
      ...facts.findings.flatMap((each) => manifestFinding(each, place.name)),
      ...scans.flatMap(({ findings }) => findings),
    ],
    notScanned: [
      ...catalogue.notListed.map((each) => ({ subject: each.place, why: each.why })),
      ...scans.flatMap(({ notScanned }) => notScanned),
      {
        subject: 'libraries in shrunk or joined code',
        why: 'nothing in the package tells which they are: scan the lock',
      },
    ],
    isWhole: false,
  });
}

function manifestFinding({ code, message, hint, path }: Diagnostic, name: string): readonly Finding[] {
  const severity = SEVERITIES[code];
  if (severity === undefined) return [];
  return [
    {
      id: code.replace(/^app\//, 'android/'),
      aliases: [],
      kind: 'android',
      severity,
      title: message,
      subject: name,
      place: { path: (path ?? name).replace(`${name}: `, '') },
      ...(hint === undefined ? {} : { remedy: hint }),
    },
  ];
}
