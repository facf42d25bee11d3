/** The codes that a scan can give. */
export const scanDiagnostics = {
  'scan/no-database': {
    title: 'No advisories for an ecosystem',
    explanation:
      'There are packages of the ecosystem, and no database to compare them with: that nothing is found would mean nothing. `mobileops scan --update` fetches one. Where a scan without it is wanted, `spec.quality.securityScan.accept` says so with `coverage: none` and a reason.',
  },
  'scan/old-database': {
    title: 'Advisories that are too old',
    explanation:
      'What became known since the day of the database is not found. `mobileops scan --update` fetches a new one; `--max-age` or `maxAge` allow another age for all, an entry of `spec.quality.securityScan.accept` for one ecosystem, with a reason.',
  },
  'scan/partial-database': {
    title: 'Advisories with gaps',
    explanation:
      'The database says of itself that it does not have all that is known, so that nothing is found means little. `mobileops scan --update` fetches a whole one. An entry of `spec.quality.securityScan.accept` with `coverage: partial` takes it all the same, with a reason.',
  },
  'scan/damaged-database': {
    title: 'A database of advisories that cannot be read',
    explanation:
      'The file is cut, changed or of another format, so it answers nothing. `mobileops scan --update` writes it anew.',
  },
  'scan/expired-exception': {
    title: 'An exception whose time is over',
    explanation:
      'An entry of `ignore` counts until the day that it names. Look at the finding again: mend it, or write a new day with the reason why it may still wait.',
  },
  'scan/unused-exception': {
    title: 'An exception that nothing needs',
    explanation: 'No finding is let through by this entry of `ignore`, so it can go.',
  },
  'scan/update-failed': {
    title: 'Advisories that could not be fetched',
    explanation:
      'The export or mirror did not answer, refused, or does not have the ecosystem. The database that was there is as it was.',
  },
  'scan/insecure-export': {
    title: 'Advisories by a connection that anyone can change',
    explanation:
      'Whoever changes what is fetched decides what is found, so an export is fetched by https, or from this machine itself.',
  },
  'scan/bad-export': {
    title: 'An export that is no export',
    explanation:
      'What was fetched is damaged, holds no record of the ecosystem, or is older than the database that is there. The database that was there is as it was.',
  },
  'scan/no-target': {
    title: 'Nothing to scan by that name',
    explanation:
      'What was named is neither a target of the workspace, nor an image or an app that was built, nor a file or a folder.',
  },
  'scan/unreadable': {
    title: 'Something that cannot be scanned',
    explanation: 'A file that was named is not what a scan reads, or is damaged.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type ScanCode = keyof typeof scanDiagnostics;
