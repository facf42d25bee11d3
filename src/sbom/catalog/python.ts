import { licenceExpression } from '../../packages/index.ts';
import { type Fields, fieldOf, paragraphs } from './fields.ts';
import type { Reader } from './found.ts';

/** `METADATA` of a `.dist-info`, `PKG-INFO` of an `.egg-info`: core metadata of Python's packages, up to 2.4. */
export const readPythonMetadata: Reader = (_path, bytes) => {
  const [fields] = paragraphs(bytes.toString('utf8'));
  const name = fields && fieldOf(fields, 'name');
  const version = fields && fieldOf(fields, 'version');
  if (!fields || !name || !version || !/^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(name)) return [];
  const licence = licenceOf(fields);
  const needs = (fields.get('requires-dist') ?? []).flatMap((line) => {
    const [requirement = '', marker = ''] = line.split(';');
    const [, needed] = /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)/.exec(requirement) ?? [];
    return needed === undefined || /\bextra\b/.test(marker) ? [] : [needed];
  });
  return [
    {
      kind: 'package',
      ecosystem: 'PyPI',
      name,
      version,
      needs,
      ...(licence === undefined ? {} : { licence }),
    },
  ];
};

const CLASSIFIER = /^License :: (?:OSI Approved :: )?(.+)$/;
/** Longer ones are a licence's text. */
const MAX_LICENCE_CHARACTERS = 200;

/** What is an expression for sure before what is a name; several classifiers do not say whether one is enough. */
function licenceOf(fields: Fields): string | undefined {
  const classifiers = (fields.get('classifier') ?? []).flatMap((each) => CLASSIFIER.exec(each)?.[1] ?? []);
  const candidates = [
    fieldOf(fields, 'license-expression'),
    fieldOf(fields, 'license'),
    classifiers.length === 1 && classifiers[0] !== 'OSI Approved' ? classifiers[0] : undefined,
  ].filter(
    (each) => each !== undefined && each.length <= MAX_LICENCE_CHARACTERS && !each.includes('\n'),
  ) as string[];
  const said = candidates.filter((each) => licenceExpression(each) !== undefined);
  return said.find((each) => !licenceExpression(each)!.expression.includes('LicenseRef-')) ?? said[0];
}
