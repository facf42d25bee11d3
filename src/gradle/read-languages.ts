import {
  blockOf,
  booleanOf,
  type Handler,
  type Handlers,
  handle,
  ignore,
  missing,
  type Reading,
  readSettings,
  valueIn,
} from './reading.ts';
import type { Setting } from './settings.ts';
import type { Found, Value } from './value.ts';

/** `sourceCompatibility JavaVersion.VERSION_17`, `1.8`, `'17'`; a toolchain's version is the compiler's, not the app's. */
export function readJava(reading: Reading, setting: Setting, draft: { java?: Found<number> }): void {
  const level: Handler = (each) => {
    const value = valueIn(reading, each);
    const found = javaLevel(value);
    if (found === undefined) missing(reading, each, value);
    else draft.java = { value: Math.max(found, draft.java?.value ?? 0), span: each.span };
  };
  const handlers: Handlers = {
    sourceCompatibility: level,
    targetCompatibility: level,
    toolchain: (each) => ignore(reading, each),
    encoding: (each) => ignore(reading, each),
    incremental: (each) => ignore(reading, each),
    coreLibraryDesugaringEnabled: (each) => {
      const value = booleanOf(reading, each);
      if (value?.value)
        reading.gaps.add('gradle/setting', 'MobileBuild has no desugaring of core libraries', {
          span: each.span,
        });
    },
  };
  readSettings(blockOf(setting), handlers, { gaps: reading.gaps, within: setting.name });
}

/** The level of what Kotlin becomes is ours; an argument of its compiler may change what the code means. */
export function readKotlin(reading: Reading, setting: Setting): void {
  const handlers: Handlers = {
    compilerOptions: (each) => readKotlin(reading, each),
    ...handle(['jvmTarget', 'jvmToolchain'], (each) => ignore(reading, each)),
    freeCompilerArgs: (each) => reading.gaps.noKey('arguments of the Kotlin compiler', each.span),
  };
  readSettings(blockOf(setting), handlers, { gaps: reading.gaps, within: setting.name });
}

function javaLevel(value: Value): number | undefined {
  const text =
    value.kind === 'reference'
      ? /^JavaVersion\.VERSION_(1_)?(\d+)$/.exec(value.path)?.[2]
      : value.kind === 'text'
        ? /^(?:1\.)?(\d+)$/.exec(value.text)?.[1]
        : value.kind === 'number'
          ? String(value.number === 1.8 ? 8 : value.number)
          : undefined;
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
