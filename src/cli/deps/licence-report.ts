import { compareTexts, counted, type Diagnostic } from '../../base/index.ts';
import {
  type LicencePolicy,
  licenceExpression,
  licencePasses,
  type Package,
  parseLicence,
} from '../../packages/index.ts';
import type { CliCode } from '../diagnostics.ts';
import type { ImagePackage, ImagePackages } from './image-licences.ts';
import { isOfImages, type WorkspaceLicences } from './workspace-licences.ts';

interface Judged {
  /** An SPDX expression; absent: not known. */
  readonly expression?: string;
  readonly verdict: 'allowed' | 'refused' | 'unknown';
}

interface JudgedImage extends Omit<ImagePackages, 'packages'> {
  readonly packages: readonly (ImagePackage & Judged)[];
}

/** What packages declare, against a policy. */
export interface LicenceReport extends Pick<WorkspaceLicences, 'notKnown' | 'imagesNotKnown'> {
  readonly packages: readonly (Package & Judged)[];
  readonly images: readonly JudgedImage[];
  readonly diagnostics: readonly Diagnostic[];
}

export function licenceReport(found: WorkspaceLicences, policy: LicencePolicy): LicenceReport {
  const packages = found.packages.map((each) => ({ ...each, ...judged(each, policy) }));
  const images = found.images.map((image) => ({
    ...image,
    packages: image.packages.map((each) => ({ ...each, ...judged(each, policy) })),
  }));
  const report = { ...found, packages, images };
  const refused = [
    ...packages.filter((each) => each.verdict === 'refused' && !isOfImages(each)).map(refusal),
    ...images.flatMap((image) =>
      image.packages.filter(({ verdict }) => verdict === 'refused').map((each) => refusalIn(image, each)),
    ),
  ];
  return { ...report, diagnostics: [...found.diagnostics, ...refused, ...unknownOf(report, policy)] };
}

function judged({ licence }: { readonly licence?: string }, policy: LicencePolicy): Judged {
  const tree = licence === undefined ? undefined : parseLicence(licence);
  if (!tree) return { verdict: 'unknown' };
  const { expression } = licenceExpression(licence!)!;
  return { expression, verdict: licencePasses(tree, policy) ? 'allowed' : 'refused' };
}

function refusal({ purl, places, expression }: Package & Judged): Diagnostic {
  const code: CliCode = 'cli/refused-licence';
  const message = `${purl} is under ${expression}, which is refused`;
  const hint = `\`mobileops deps why ${purl}\` says who wants it`;
  return { code, severity: 'error', message, hint, ...(places[0] === undefined ? {} : { path: places[0] }) };
}

function refusalIn(image: JudgedImage, { id, expression, layer }: ImagePackage & Judged): Diagnostic {
  const code: CliCode = 'cli/refused-licence';
  const where = layer === undefined ? '' : `, by layer ${layer}`;
  const message = `${id} in ${image.label} (${image.platform}${where}) is under ${expression}, which is refused`;
  const hint =
    layer === undefined
      ? `\`mobileops deps why ${id}\` says who wants it`
      : `\`mobileops image size ${image.label}\` says what made the layer`;
  return { code, severity: 'error', message, hint };
}

type Unjudged = Pick<LicenceReport, 'packages' | 'images' | 'notKnown' | 'imagesNotKnown'>;

/** Where only some licences are allowed, what is not known is not allowed. */
function unknownOf(report: Unjudged, { allow }: LicencePolicy): Diagnostic[] {
  const unknown = unknownThings(report);
  if (unknown.length === 0 || allow === undefined) return [];
  const code: CliCode = 'cli/unknown-licence';
  const [first] = unknown;
  const message = `${counted(unknown.length, 'thing')} without a known licence, where only ${allow.join(', ')} may be: ${first}${unknown.length > 1 ? ' and others' : ''}`;
  return [
    {
      code,
      severity: 'error',
      message,
      hint: '`mobileops prepare --tests` fetches the files that tell it, `mobileops images` builds the images that do',
    },
  ];
}

/** Packages, and what has packages that nobody knows. */
function unknownThings({ packages, images, notKnown, imagesNotKnown }: Unjudged): string[] {
  return [
    ...packages.filter((each) => each.verdict === 'unknown' && !isOfImages(each)).map(({ purl }) => purl),
    ...images.flatMap((image) => [
      ...image.packages
        .filter(({ verdict }) => verdict === 'unknown')
        .map(({ id }) => `${id} in ${image.label}`),
      ...image.notKnown.map((place) => `${image.label}: ${place}`),
    ]),
    ...notKnown.map(({ subject }) => subject),
    ...imagesNotKnown.map(({ label }) => label),
  ];
}

export function licencesJson({ packages, images, notKnown, imagesNotKnown }: LicenceReport): object {
  return {
    packages: packages.map(({ purl, licence, scopes, expression, verdict }) => ({
      ...{ purl, declared: licence, expression, verdict, scopes },
    })),
    images: images.map(({ label: image, platform, digest, packages: own, notKnown: unread }) => ({
      ...{ image, platform, source: sourceOf({ digest }), digest },
      packages: own.map(({ id, licence, layer, expression, verdict }) => ({
        ...{ id, declared: licence, expression, verdict, layer },
      })),
      notKnown: unread,
    })),
    notKnown: [...notKnown, ...imagesNotKnown.map(({ label: subject, why }) => ({ subject, why }))],
  };
}

function sourceOf({ digest }: { readonly digest?: string | undefined }): 'built' | 'locked' {
  return digest === undefined ? 'locked' : 'built';
}

export function licencesText({ packages, images, notKnown, imagesNotKnown }: LicenceReport): string {
  const own = packages.filter((each) => !isOfImages(each));
  const lines = [
    ...groupLines(own.map((each) => ({ ...each, kind: each.ecosystem }))),
    ...images.flatMap((image) => [
      `${image.label} ${image.platform}, as ${sourceOf(image)}${image.digest === undefined ? '' : ` (${image.digest.slice(0, SHORT_DIGEST)})`}: ${totals(image)}`,
      ...groupLines(image.packages).map((line) => `  ${line}`),
      ...image.notKnown.map((place) => `  not known: ${place}`),
    ]),
    ...notKnown.map(({ subject, why }) => `not known: ${subject}: ${why}`),
    ...imagesNotKnown.map(({ label, why }) => `not known: ${label}: ${why}`),
  ];
  return lines.join('\n');
}

/** `sha256:` and twelve digits. */
const SHORT_DIGEST = 19;

function totals({ packages }: JudgedImage): string {
  const count = (wanted: Judged['verdict']): number =>
    packages.filter(({ verdict }) => verdict === wanted).length;
  return `${counted(packages.length, 'package')}, ${count('refused')} refused, ${count('unknown')} not known`;
}

interface Line extends Judged {
  readonly name: string;
  readonly version?: string;
  readonly kind: string;
}

function groupLines(all: readonly Line[]): string[] {
  const groups = Map.groupBy(all, ({ expression }) => expression ?? NOT_KNOWN);
  const names = [...groups.keys()].sort(
    (a, b) => Number(a === NOT_KNOWN) - Number(b === NOT_KNOWN) || compareTexts(a, b),
  );
  return names.flatMap((name) => [
    `${name} (${counted(groups.get(name)!.length, 'package')})`,
    ...groups.get(name)!.map((one) => `  ${[one.name, one.version].filter(Boolean).join(' ')} (${one.kind})`),
  ]);
}

const NOT_KNOWN = 'not known';
