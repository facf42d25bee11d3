import type { DependencyFact } from './facts.ts';
import { type ListFiles, libraryFiles } from './library-files.ts';
import { readRepositories } from './read-repositories.ts';
import { blockOf, missing, type Reading } from './reading.ts';
import type { Setting } from './settings.ts';
import type { Found, Value } from './value.ts';
import type { VersionCatalog } from './version-catalog.ts';

/** Today's names of what Gradle called otherwise before its version 7. */
const FORMER: Readonly<Record<string, string>> = {
  compile: 'implementation',
  provided: 'compileOnly',
  apk: 'runtimeOnly',
  testCompile: 'testImplementation',
  androidTestCompile: 'androidTestImplementation',
};
const READ = new Set([
  ...['implementation', 'api', 'compileOnly', 'runtimeOnly'],
  ...['testImplementation', 'testCompileOnly', 'testRuntimeOnly'],
  ...['androidTestImplementation', 'androidTestCompileOnly', 'androidTestRuntimeOnly'],
]);
/** For programs beside tests on a device, tests of one variant, and checks: no part of the app. */
const OUTSIDE =
  /^(androidTest(?!(Implementation|CompileOnly|RuntimeOnly)$)|lint|test(Debug|Release)|debugTest)/;

export interface DependencyReading extends Reading {
  readonly catalog: VersionCatalog;
  /** Files of the module; absent where they cannot be listed. */
  readonly listFiles?: ListFiles;
}

/** Reads `dependencies { … }`. */
export function readDependencies(reading: DependencyReading, settings: readonly Setting[]): DependencyFact[] {
  return settings.flatMap((setting) => {
    const { gaps } = reading;
    const configuration = Object.hasOwn(FORMER, setting.name) ? FORMER[setting.name]! : setting.name;
    if (setting.isOpaque) {
      gaps.code(setting.span);
      return [];
    }
    if (configuration === 'repositories') {
      readRepositories(reading, blockOf(setting));
      return [];
    }
    if (OUTSIDE.test(configuration)) {
      gaps.note(`\`${configuration}\` is no part of the app`, setting.span);
      return [];
    }
    if (!READ.has(configuration)) {
      const what = configuration === '' ? 'this' : `\`${configuration}\``;
      gaps.add('gradle/dependency', `${what} is not carried over: ${whyNot(configuration)}`, {
        span: setting.span,
      });
      return [];
    }
    return new DependencyReader(reading, setting, configuration).all();
  });
}

function whyNot(configuration: string): string {
  if (/annotationProcessor$|^kapt|^ksp/i.test(configuration))
    return 'MobileBuild runs no annotation processors';
  if (configuration === 'coreLibraryDesugaring') return 'MobileBuild has no desugaring of core libraries';
  if (configuration === 'constraints')
    return 'MobileBuild has none; a version with `!!` among the dependencies holds';
  return 'MobileBuild has no dependencies of single variants, nor configurations of a build’s own';
}

class DependencyReader {
  readonly #reading: DependencyReading;
  readonly #setting: Setting;
  readonly #configuration: string;

  constructor(reading: DependencyReading, setting: Setting, configuration: string) {
    this.#reading = reading;
    this.#setting = setting;
    this.#configuration = configuration;
  }

  all(): DependencyFact[] {
    const list = this.#reading.evaluator.argumentsOf(this.#setting.values);
    if (list.some(({ name }) => name !== undefined)) {
      const entries = new Map(list.map(({ name = '', value }) => [name, value]));
      return this.#ofMap(entries);
    }
    return list.flatMap(({ value }) => this.#of(value, false));
  }

  #of(value: Value, isPlatform: boolean): DependencyFact[] {
    const { catalog } = this.#reading;
    switch (value.kind) {
      case 'text':
        return this.#coordinate({ value: value.text, span: this.#setting.span }, isPlatform);
      case 'list':
        return value.items.flatMap((item) => this.#of(item, isPlatform));
      case 'map':
        return this.#ofMap(value.entries);
      case 'reference': {
        const path = value.path.split('.');
        if (path[0] === 'projects' && path.length > 1) return this.#module(path.slice(1).join(':'));
        const found = path[0] === catalog.name ? catalog.libraries(path.slice(1)) : undefined;
        if (found)
          return found.flatMap((each) => this.#coordinate({ ...each, span: this.#setting.span }, isPlatform));
        return this.#refuse(`\`${value.path}\` is not in a catalog that was read`);
      }
      case 'invocation':
        return this.#ofCall(value);
      default:
        missing(this.#reading, this.#setting, value);
        return [];
    }
  }

  #ofCall(call: Value & { kind: 'invocation' }): DependencyFact[] {
    const [first] = call.arguments;
    const path = call.path.replace(/^dependencies\./, '');
    if ((path === 'platform' || path === 'enforcedPlatform') && first) return this.#of(first.value, true);
    if (path === 'project') {
      if (first?.value.kind === 'text') return this.#module(first.value.text);
      return this.#refuse('which module of this build it is cannot be known');
    }
    if (path === 'files' || path === 'fileTree') return this.#ofFiles({ ...call, path });
    if (path === 'kotlin')
      return this.#refuse(
        'its version is that of the Kotlin plugin',
        'write org.jetbrains.kotlin:kotlin-NAME with a version',
      );
    missing(this.#reading, this.#setting, call);
    return [];
  }

  /** Libraries that lie in the project. A tree without any is in most build files, since it is in Gradle's template. */
  #ofFiles(call: Value & { kind: 'invocation' }): DependencyFact[] {
    const { evaluator, listFiles, gaps } = this.#reading;
    const files = listFiles && libraryFiles(call, evaluator, listFiles);
    if (!files) return this.#refuse('which files of the project it is made of cannot be known');
    if (files.length === 0) gaps.note(`\`${call.path}\` names no file that is there`, this.#setting.span);
    for (const path of files)
      gaps.add('gradle/dependency', `${path} is not carried over: it is a file of the project`, {
        span: this.#setting.span,
        hint: 'take the library from a Maven repository, if it is in one',
      });
    return [];
  }

  /** Another module of this build. */
  #module(path: string): DependencyFact[] {
    const coordinate = { value: path.startsWith(':') ? path : `:${path}`, span: this.#setting.span };
    return [
      { configuration: this.#configuration, coordinate, isPlatform: false, isTransitive: true, exclude: [] },
    ];
  }

  /** `group: 'org', name: 'library', version: '1.0'` */
  #ofMap(entries: ReadonlyMap<string, Value>): DependencyFact[] {
    const parts = ['group', 'name', 'version'].map((key) => entries.get(key));
    const texts = parts.flatMap((part) => (part?.kind === 'text' ? [part.text] : []));
    const known = ['group', 'name', 'version', 'transitive'];
    const other = [...entries.keys()].find((key) => !known.includes(key));
    if (other !== undefined) return this.#refuse(`MobileBuild has no \`${other}\` for a dependency`);
    const unknown = parts.find((part) => part && part.kind !== 'text');
    if (unknown) {
      missing(this.#reading, this.#setting, unknown);
      return [];
    }
    const isAlone = entries.get('transitive');
    const found = this.#coordinate({ value: texts.join(':'), span: this.#setting.span }, false);
    return found.map((each) => ({
      ...each,
      isTransitive: each.isTransitive && !(isAlone?.kind === 'boolean' && !isAlone.boolean),
    }));
  }

  #coordinate(found: Found<string>, isPlatform: boolean): DependencyFact[] {
    const [plain = '', extension] = found.value.split('@');
    const [group, name, version, classifier] = plain.split(':');
    if (!group || !name) return this.#refuse(`"${found.value}" is no Maven coordinate`);
    if (classifier !== undefined) return this.#refuse(`MobileBuild has no classifiers (\`${classifier}\`)`);
    if (version && /\+$|^latest\.|^[[\](]|-SNAPSHOT$/.test(version))
      return this.#refuse(`${version} is another version from day to day`, 'write the version that is meant');
    const { exclude, isTransitive } = this.#details(this.#setting.block ?? []);
    return [
      {
        configuration: this.#configuration,
        coordinate: { value: plain, span: found.span },
        isPlatform,
        // `@aar` takes a library without what it asks for.
        isTransitive: isTransitive && extension === undefined,
        exclude,
      },
    ];
  }

  /** `exclude group: 'a', module: 'b'`, `transitive = false`. */
  #details(settings: readonly Setting[]): Pick<DependencyFact, 'exclude' | 'isTransitive'> {
    const exclude: string[] = [];
    let isTransitive = true;
    for (const setting of settings) {
      const list = this.#reading.evaluator.argumentsOf(setting.values);
      const text = (key: string, at: number): string | undefined => {
        const value = (list.find(({ name }) => name === key) ?? list.filter(({ name }) => !name)[at])?.value;
        return value?.kind === 'text' ? value.text : undefined;
      };
      const [group, module] = [text('group', 0), text('module', 1)];
      if (setting.name === 'exclude' && (group ?? module)) exclude.push(`${group ?? '*'}:${module ?? '*'}`);
      else if (/^(isT|t)ransitive$/.test(setting.name) && list[0]?.value.kind === 'boolean')
        isTransitive = list[0].value.boolean;
      else if (setting.name !== 'because')
        this.#reading.gaps.add('gradle/setting', `\`${setting.name}\` of a dependency is not carried over`, {
          span: setting.span,
        });
    }
    return { exclude, isTransitive };
  }

  #refuse(why: string, hint?: string): DependencyFact[] {
    this.#reading.gaps.add('gradle/dependency', `this dependency is not carried over: ${why}`, {
      span: this.#setting.span,
      ...(hint ? { hint } : {}),
    });
    return [];
  }
}
