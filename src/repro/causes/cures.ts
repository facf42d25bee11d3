import type { Cause, CauseKind, Place } from '../model.ts';

const CURES: Readonly<Record<Exclude<CauseKind, 'unknown' | 'follows'>, string>> = {
  time: 'write no time, or a fixed one: steps of components have it in SOURCE_DATE_EPOCH (`date -d @$SOURCE_DATE_EPOCH`), in a Dockerfile set it (`ENV SOURCE_DATE_EPOCH=315532800`); what a release needs comes from its commit with `stamp: true`',
  'time zone': 'write times in UTC (`date -u`)',
  'embedded path':
    'write paths relative to the component, or map them (`-ffile-prefix-map=$PWD=.`, `--remap-path-prefix`)',
  order:
    'sort what is listed or collected (`sort` with LC_ALL=C, `sorted()`, `find … | sort -z`), or the keys of a set or map (PYTHONHASHSEED=0, PERL_HASH_SEED=0)',
  locale: 'set LC_ALL=C for the command that formats or sorts',
  umask: 'set the rights of what is packed (`install -m`, `chmod`, `tar --mode=u+rwX,go+rX-w`)',
  user: 'leave owners out of archives (`tar --owner=0 --group=0 --numeric-owner`, `zip -X`)',
  cores:
    'let the result not depend on the number of processors: a fixed number of parts (`-j1`, `--threads=1`), results joined in a fixed order',
  random:
    'derive the value from the content (a digest), or give the generator a fixed seed; names of temporary files should not reach the output',
  'memory address': 'write no addresses: print names or numbers in their place',
  'R8 map id':
    'R8 makes it from its mapping and its input: mend what makes those differ, and give R8 the same version and flags',
  signature:
    'sign with RSA and PKCS #1 v1.5, which gives the same bytes for the same key; compare the content under the signature',
  'randomised signature':
    'sign with RSA and PKCS #1 v1.5, or compare the content under the signature: with this key no two signatures are the same',
  'dependency block':
    "let the Android Gradle plugin leave it out (`android.dependenciesInfo { includeInApk = false; includeInBundle = false }`): it is encrypted anew each time, and nobody but Google's store can read it",
  'compression level':
    'let the same program with the same level pack both (`zip -9`, `Deflater.BEST_COMPRESSION`), or store what is compressed already',
  alignment:
    'run the same zipalign with the same arguments (`zipalign -P 16 4`), before signing, in both builds',
  'PNG crunching':
    'let aapt2 leave pictures as they are (`--no-crunch`; with Gradle `android.buildTypes.release.crunchPngs = false`, `vectorDrawables.generatedDensities = []`), or commit what it makes of them',
  'line ends':
    'say in .gitattributes what lines end with (`* text=auto eol=lf`), so that a checkout on Windows has the same bytes',
  'build id':
    'link without it (`-Wl,--build-id=none`), or map the paths that it is made from (`-ffile-prefix-map=$PWD=.`) and never take a random one (`--build-id=uuid`)',
  packing: 'compress with a fixed level, one thread and one version of the program (`gzip -n -9`, `zip -X`)',
};

const BY_NAME: readonly (readonly [pattern: RegExp, kinds: readonly CauseKind[], cure: string])[] = [
  [
    /(?:^|\/)baseline\.profm?$/,
    ['order'],
    'the Android Gradle plugin lists dex files in the order in which it found them: sort the entries of baseline.prof and baseline.profm by name after the build, or leave them out (`packaging.resources.excludes`, `assets/dexopt/**`)',
  ],
  [
    /\.pyc$/,
    ['time'],
    'compile with `python -m compileall --invalidation-mode unchecked-hash`, which writes no times',
  ],
  [
    /\.pyc$/,
    ['order', 'unknown'],
    'compile with PYTHONHASHSEED=0: sets of constants are written in the order of their hashes',
  ],
  [
    /\.(?:a|o|so|lib)$/,
    ['time'],
    'let ar and the linker write no times (`ar D`, `ranlib -D`), and use no __DATE__ or __TIME__',
  ],
  [
    /\.(?:png|jpe?g|gif)$/,
    ['time'],
    'write pictures without times (`-define png:exclude-chunks=date,time`, `-strip`)',
  ],
  [
    /\.(?:jar|war|apk|aab|zip|whl|aar)$/,
    ['time'],
    'give entries a fixed time (`jar --date`, `zip -X` of files whose times are set by `touch -d @$SOURCE_DATE_EPOCH`)',
  ],
];

/** A line that says what to do, for each kind of cause that has one, in the order of the causes. */
export function curesFor(causes: readonly Cause[], place: Place): string[] {
  const name = place.at(-1) ?? '';
  const cures = causes.flatMap(({ kind }) => {
    const special = BY_NAME.find(([pattern, kinds]) => pattern.test(name) && kinds.includes(kind));
    if (special) return [special[2]];
    return kind === 'unknown' || kind === 'follows' ? [] : [CURES[kind]];
  });
  return [...new Set(cures)];
}
