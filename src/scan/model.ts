import type { Diagnostic } from '../base/index.ts';
import type { Severity } from './severity/severity.ts';

export type FindingKind = 'vulnerability' | 'secret' | 'model' | 'dockerfile' | 'android' | 'licence';

/** Something that a scan found and that somebody should look at. */
export interface Finding {
  /** Of an advisory, or the name of a check: `secret/github-token`. */
  readonly id: string;
  /** Other names of the same, sorted. */
  readonly aliases: readonly string[];
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** By CVSS, 0 to 10. */
  readonly score?: number;
  readonly title: string;
  /** A purl, or the path of a file. */
  readonly subject: string;
  /** Where it stands: a file of the workspace, or a path in an image or an app. Line and column begin at 1. */
  readonly place?: FindingPlace;
  readonly remedy?: string;
  /** It was looked at, and is let through until then. */
  readonly ignored?: { readonly reason: string; readonly expires: string };
}

export interface FindingPlace {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

/** How much the advisories of an ecosystem can be trusted to be all of them. */
export interface DatabaseReport {
  readonly ecosystem: string;
  readonly source: string;
  /** `2026-08-22` */
  readonly asOf: string;
  readonly records: number;
  readonly ageDays: number;
  readonly coverage: 'complete' | 'partial';
  /** Of a partial one: what is missing. */
  readonly gaps?: string;
  readonly attribution?: string;
  /** Why its age or its gaps are taken all the same, by the configuration. */
  readonly accepted?: string;
}

export interface NotScanned {
  readonly subject: string;
  readonly why: string;
}

/** What a scan gives; version 1 of its JSON form. */
export interface ScanReport {
  readonly version: 1;
  /** The most severe first. Those that are let through are among them, with `ignored`. */
  readonly findings: readonly Finding[];
  readonly databases: readonly DatabaseReport[];
  /** What was there and was not looked into, and why. */
  readonly notScanned: readonly NotScanned[];
  /** How many packages were compared with advisories. */
  readonly packages: number;
  /** How many files were read for secrets, models and checks. */
  readonly files: number;
  /** What stands against a verdict: no advisories or too old ones, exceptions that are over. With an error the scan has failed. */
  readonly diagnostics: readonly Diagnostic[];
}
