import { nearest, type Span } from '../../base/index.ts';
import type { ImageCode } from './diagnostics.ts';
import type { Directive } from './directives.ts';
import type { Comment } from './dockerfile.ts';
import { Problems } from './problems.ts';

/** BuildKit's build checks by their names, with our codes. */
export const CHECKS = {
  ConsistentInstructionCasing: 'image/instruction-casing',
  CopyIgnoredFile: 'image/copy-ignored-file',
  DuplicateStageName: 'image/duplicate-stage-name',
  ExposeInvalidFormat: 'image/expose-mapping',
  ExposeProtoCasing: 'image/expose-protocol-casing',
  FromAsCasing: 'image/from-as-casing',
  FromPlatformFlagConstDisallowed: 'image/constant-platform',
  InvalidDefaultArgInFrom: 'image/default-base-name',
  InvalidDefinitionDescription: 'image/description-format',
  JSONArgsRecommended: 'image/shell-form',
  LegacyKeyValueFormat: 'image/legacy-key-value',
  MaintainerDeprecated: 'image/maintainer-deprecated',
  MultipleInstructionsDisallowed: 'image/overridden-instruction',
  NoEmptyContinuation: 'image/empty-continuation',
  RedundantTargetPlatform: 'image/redundant-platform',
  ReservedStageName: 'image/reserved-stage-name',
  SecretsUsedInArgOrEnv: 'image/secret-in-variable',
  StageNameCasing: 'image/stage-name-casing',
  UndefinedArgInFrom: 'image/undefined-arg-in-from',
  UndefinedVar: 'image/undefined-variable',
  WorkdirRelativePath: 'image/relative-workdir',
} as const satisfies Readonly<Record<string, ImageCode>>;

export type CheckName = keyof typeof CHECKS;

/** Only run where `experimental` names it. */
const EXPERIMENTAL: readonly string[] = ['InvalidDefinitionDescription'] satisfies CheckName[];
/** Checks of BuildKit that need the base image, so that the rule has no code for them. */
const ELSEWHERE = ['InvalidBaseImagePlatform'];

interface CheckSettings {
  readonly skipped: ReadonlySet<string>;
  readonly experimental: ReadonlySet<string>;
  readonly isError: boolean;
}

const ALL = 'all';

/** Which checks are on, by `# check=skip=A,B;error=true` in front of the file and above an instruction. */
export class Checks {
  readonly #problems: Problems;
  readonly #settings: CheckSettings;

  constructor(problems: Problems, settings: CheckSettings = NO_SETTINGS) {
    this.#problems = problems;
    this.#settings = settings;
  }

  static read(problems: Problems, directive: Directive | undefined): Checks {
    if (!directive) return new Checks(problems);
    const { value, span } = directive;
    return new Checks(problems, readSettings({ value, span }, problems));
  }

  /** With what a comment above an instruction adds. */
  above(comments: readonly Comment[]): Checks {
    for (const { text, span } of comments) {
      const value = /^check\s*=\s*(\S+)/i.exec(text)?.[1];
      if (value === undefined) continue;
      // BuildKit passes over what it cannot read in such a comment.
      const own = readSettings({ value, span }, new Problems());
      const { skipped, experimental, isError } = this.#settings;
      return new Checks(this.#problems, {
        skipped: new Set([...skipped, ...own.skipped]),
        experimental: new Set([...experimental, ...own.experimental]),
        isError,
      });
    }
    return this;
  }

  warn(check: CheckName, span: Span, text: { readonly message: string; readonly hint: string }): void {
    const { skipped, experimental, isError } = this.#settings;
    const isOn = EXPERIMENTAL.includes(check)
      ? experimental.has(check) || experimental.has(ALL)
      : !skipped.has(check) && !skipped.has(ALL);
    if (isOn) this.#problems.add(CHECKS[check], span, { ...text, severity: isError ? 'error' : 'warning' });
  }
}

const NO_SETTINGS: CheckSettings = { skipped: new Set(), experimental: new Set(), isError: false };

function readSettings(
  text: { readonly value: string; readonly span: Span },
  problems: Problems,
): CheckSettings {
  const lists = { skip: new Set<string>(), experimental: new Set<string>() };
  let isError = false;
  for (const part of text.value.split(';')) {
    const [, key = '', value = ''] = /^\s*(\w*)\s*=(.*)$/s.exec(part) ?? [];
    if (key === 'skip' || key === 'experimental') {
      for (const name of value.split(',')) addName(lists[key], name.trim(), { problems, span: text.span });
    } else if (key === 'error' && /^\s*(?:true|false|[tf01])\s*$/i.test(value)) isError = /[t1]/i.test(value);
    else {
      problems.add('image/bad-directive', text.span, {
        message: `${part.trim() === '' ? 'an empty part' : part.trim()} is no option of check`,
        hint: 'write # check=skip=Name,Name;error=true',
      });
    }
  }
  return { skipped: lists.skip, experimental: lists.experimental, isError };
}

function addName(
  names: Set<string>,
  name: string,
  { problems, span }: { readonly problems: Problems; readonly span: Span },
): void {
  names.add(name);
  if (name === ALL || Object.hasOwn(CHECKS, name) || ELSEWHERE.includes(name)) return;
  const near = nearest(name, Object.keys(CHECKS));
  problems.add('image/bad-directive', span, {
    severity: 'warning',
    message: `there is no check ${name === '' ? 'without a name' : name}`,
    hint: near === undefined ? `the checks are ${Object.keys(CHECKS).join(', ')}` : `did you mean ${near}?`,
  });
}
