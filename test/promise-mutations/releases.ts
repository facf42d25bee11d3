/** Of the section Release, repository, registry of docs/promises.md. */
import type { Mutation } from './mutation.ts';

const ARCHIVE = {
  promise: 'archive, `.sha256`',
  file: 'src/release/make-release.ts',
  test: 'src/release/make-release.test.ts',
  title: 'a release holds what was built and nothing else, with its checksum and manifest',
};
const GATES = { promise: 'quality gates before', file: 'src/release/gates.ts' };
const UNCHECKED = {
  test: 'src/release/release-index.test.ts',
  title: 'a commit that was not checked is released only with the reason, which the release keeps',
};
const VERDICT = { promise: 'quality gates before', test: 'src/cli/quality/verdict-file.test.ts' };
const UPLOAD = { promise: '`POST /upload`', test: 'src/server/artifacts/artifacts.test.ts' };
const PUBLISH = {
  promise: '`POST /upload`',
  file: 'src/publish/publish.ts',
  test: 'src/publish/publish.test.ts',
};
const INSTALL = {
  promise: 'components are packaged',
  file: 'src/install/install.ts',
  test: 'src/install/install.test.ts',
};
const REGISTRY = {
  promise: 'a container registry',
  file: 'src/server/oci/manifest-handlers.ts',
  test: 'src/server/oci/registry.test.ts',
  title:
    'a manifest is there by tag and digest, as the bytes that came, and nothing that it names is missing',
};
const PYTHON = { promise: 'Python and npm packages', test: 'test/pypi.test.ts' };
const INDEXES = {
  file: 'src/publish/indexes/indexes-publisher.ts',
  test: 'test/publish-indexes.test.ts',
  title: 'a release is in the indexes and on the install page, and to publish it again changes nothing',
};
const NPM = {
  promise: 'Python and npm packages',
  test: 'src/server/npm/npm.test.ts',
  title: 'npm publishes, installs, tags, deprecates, and cannot take back',
};
const ACCESS = { promise: 'who may do what', test: 'src/server/server.test.ts' };
const PHONES = {
  promise: 'apps reach phones',
  test: 'src/server/install/install-face.test.ts',
  title: 'the page has the version of the first channel, what its package says, and a code for phones',
};

export const RELEASES: readonly Mutation[] = [
  {
    ...ARCHIVE,
    feature: 'a release has its checksum',
    from: 'text: `${sha256}  ${archive}\\n`',
    to: 'text: `${archive}\\n`',
  },
  {
    ...ARCHIVE,
    feature: 'a release holds what was built',
    from: '    copyTree(fs, join(root, path), to);\n',
    to: '',
  },
  {
    ...ARCHIVE,
    feature: 'the manifest of a release has the document’s fields',
    file: 'src/release/manifest.ts',
    from: '    checksums: { sha256 },\n',
    to: '',
  },
  {
    ...GATES,
    feature: 'a red gate stops a release',
    from: 'const excepted = new Set(exceptions.map(({ gate }) => gate));',
    to: 'const excepted = { has: () => true };',
    test: 'src/release/release-index.test.ts',
    title: 'a release goes past a gate that is not green only by an exception for it',
  },
  {
    ...GATES,
    feature: 'a check of another commit is no check',
    from: '!isDirty && verdict && verdict.commit === commit',
    to: '!isDirty && verdict',
    ...UNCHECKED,
  },
  {
    ...GATES,
    feature: 'a check of a commit says nothing of what lies beside it',
    from: '!isDirty && verdict && verdict.commit === commit',
    to: 'verdict && verdict.commit === commit',
    ...UNCHECKED,
  },
  {
    ...GATES,
    feature: 'a commit that nobody checked is not released without a reason',
    from: "if (reason === '') return {",
    to: "if (reason === 'none') return {",
    ...UNCHECKED,
  },
  {
    ...GATES,
    feature: 'the verb release heeds the gates',
    file: 'src/cli/release/preconditions.ts',
    from: '...(plan.ok ? gates.problems : []), ',
    to: '',
    test: 'src/cli/release/preconditions.test.ts',
    title:
      'a red gate of the last check stops a release before anything is built, unless it is excepted with a reason, which the release keeps',
  },
  {
    ...GATES,
    feature: 'a release keeps what it went past',
    file: 'src/cli/release/finish-release.ts',
    from: 'gates: input.gates,',
    to: "gates: { state: 'green' },",
    test: 'src/cli/release/preconditions.test.ts',
    title:
      'a red gate of the last check stops a release before anything is built, unless it is excepted with a reason, which the release keeps',
  },
  {
    ...VERDICT,
    feature: 'a release knows what the last check found red',
    file: 'src/cli/quality/verdict-file.ts',
    from: "red.length === 0 ? ('green' as const)",
    to: "red.length >= 0 ? ('green' as const)",
    title: 'a release reads what the last check of its commit found',
  },
  {
    ...VERDICT,
    feature: 'what the configuration let through stands in a release',
    file: 'src/release/gates.ts',
    from: '[...(verdict.exceptions ?? []), ...exceptions]',
    to: '[...exceptions]',
    title: 'what the configuration let through stands in the release',
  },
  {
    ...UPLOAD,
    feature: 'POST /upload keeps the file under its name',
    file: 'src/server/artifacts/upload-routes.ts',
    from: 'await nameContent(store, asked, { blob,',
    to: "await nameContent(store, { ...asked, version: '0' }, { blob,",
    title: 'curl uploads as the document does, and gets the file back',
  },
  {
    ...UPLOAD,
    feature: 'an artifact never changes',
    file: 'src/server/artifacts/store-file.ts',
    from: "if (claim === 'other' || claim === 'removed') {",
    to: "if (claim === 'removed') {",
    title: 'a file never changes: the same content is welcome again, another is refused',
  },
  {
    ...PUBLISH,
    feature: 'publish sends the files of a release',
    from: 'for (const stage of [items, [release.index]]) {',
    to: 'for (const stage of [[release.index]]) {',
    title:
      '${name}: killed at any step (${when} it was done) and run again, it is there once and was never half there',
  },
  {
    ...PUBLISH,
    feature: 'nothing is promoted while a place lacks a file',
    from: '    if (failed.length > 0) return fail(failed);\n',
    to: '',
    title: 'nothing is promoted anywhere while a place lacks a file',
  },
  {
    ...PUBLISH,
    feature: 'publish sends ARTIFACT_REPO_TOKEN',
    file: 'src/publish/patient-request.ts',
    from: '...(token === undefined ? {} : { authorization: `Bearer ${token}` }),',
    to: '',
    title: 'a repository: the token goes in its header and in no message',
  },
  {
    ...INSTALL,
    feature: 'an installation becomes the current one',
    from: '  installation.switchTo(version);\n  return ok(',
    to: '  return ok(',
    title: 'installed, updated, rolled back, and forward again',
  },
  {
    ...INSTALL,
    feature: 'a rollback',
    from: '  installation.switchTo(version);\n  const at =',
    to: '  const at =',
    title: 'installed, updated, rolled back, and forward again',
  },
  {
    ...INSTALL,
    feature: 'what nobody signed is not installed',
    from: '  const keys = await verify(index.value);\n  if (!keys.ok) return keys;\n',
    to: '  const keys = { value: [] };\n',
    title: 'nothing is fetched, unpacked or kept of what is not proved',
  },
  {
    ...INSTALL,
    feature: 'an archive that its signed index does not name is not installed',
    from: 'if (digestOfFile(fs, to).hash === archive.sha256) return ok(to);',
    to: "if (to !== '') return ok(to);",
    title: 'a source with ${name} installs nothing',
  },
  {
    promise: 'components are packaged',
    feature: 'package makes an archive apart from releases',
    file: 'src/cli/verbs/package.ts',
    from: '    folder: FOLDER,\n',
    to: '',
    test: 'test/release.test.ts',
    title: 'a package is made of what is there, and takes no version',
  },
  {
    ...REGISTRY,
    feature: 'a manifest that names what its repository lacks is refused',
    from: '  if (missing.length > 0) throw missingContent(missing);\n  const pushedTags',
    to: '  const pushedTags',
  },
  {
    ...REGISTRY,
    feature: 'a manifest keeps its bytes',
    from: "request.method === 'HEAD' ? undefined : Buffer.from(content)",
    to: "request.method === 'HEAD' ? undefined : Buffer.alloc(content.byteLength)",
  },
  {
    promise: 'a container registry',
    feature: 'a blob is what its digest says',
    file: 'src/server/blobs/disk-blob-store.ts',
    from: 'if (expected === undefined || actual === expected) return ok(',
    to: "if (actual !== '') return ok(",
    test: 'src/server/oci/registry.test.ts',
    title: 'what is wrong is told by the codes of the specification',
  },
  {
    promise: 'a container registry',
    feature: 'a blob that an image needs is not deleted',
    file: 'src/server/oci/blob-handlers.ts',
    from: "if (removed === 'referenced')",
    to: "if (removed === 'gone')",
    test: 'src/server/oci/registry.test.ts',
    title: 'what another manifest names is not deleted before it',
  },
  {
    ...PYTHON,
    feature: 'a Python index leads to the files',
    file: 'src/server/pypi/simple-pages.ts',
    from: 'url: addressOf(each),',
    to: "url: '',",
    title: 'an index in both forms, with hashes, metadata, yanks and an entity tag',
  },
  {
    ...PYTHON,
    feature: 'a wheel that is not what it is called is refused',
    file: 'src/server/pypi/upload-routes.ts',
    from: "if (normalizeName('PyPI', name) !== named.project || compareVersions('PyPI', version, named.version) !== 0)\n    throw badRequest(`its METADATA",
    to: "if (name === '')\n    throw badRequest(`its METADATA",
    title: 'what does not tell the truth is refused, and nothing of it is there',
  },
  {
    ...NPM,
    feature: 'a version of an npm package never changes',
    file: 'src/server/npm/npm-store.ts',
    from: "return there?.digest === row.digest ? 'same' : 'other';",
    to: "return 'same';",
  },
  {
    ...NPM,
    feature: 'npm packages are deprecated',
    file: 'src/server/npm/handlers.ts',
    from: '  await store.deprecate(name, new Map(said));\n',
    to: '',
  },
  {
    ...INDEXES,
    promise: 'Python and npm packages',
    feature: 'publish puts the wheels of a release into the index',
    from: '? sendWheel(options, { fs, wheel: read, signal })',
    to: '? Promise.resolve(ok(undefined))',
  },
  {
    promise: 'who may do what',
    feature: 'who may do what',
    file: 'src/server/access/gate.ts',
    from: '    if (mayDo(role, access)) {',
    to: '    if (mayDo(role, access) || access) {',
    test: 'src/server/access/access-table.test.ts',
    title: 'each operation is tried as nobody, reader, writer and admin',
  },
  {
    promise: 'who may do what',
    feature: 'a token is for its names alone',
    file: 'src/server/access/gate.ts',
    from: '      assertWithin(request.identity, found);\n',
    to: '',
    test: 'src/server/access/access-table.test.ts',
    title: 'each operation is tried with tokens of each role that are limited to names',
  },
  {
    ...ACCESS,
    feature: 'the audit log',
    file: 'src/server/access/audit.ts',
    from: "  await database.db.insertInto('audit').values(values).execute();\n",
    to: '',
    title: 'the audit log tells who did what and who was turned away, and cannot be changed',
  },
  {
    ...ACCESS,
    feature: 'a token that was revoked is none',
    file: 'src/server/access/token-store.ts',
    from: 'revokedAtMs === null && nowMs < expiresAtMs',
    to: 'nowMs < expiresAtMs',
    title: 'a token is made, used, listed without its secret, and revoked',
  },
  {
    ...ACCESS,
    feature: 'only the hash of a token is kept',
    file: 'src/server/access/token-store.ts',
    from: 'hash: sha256(secret), createdAtMs',
    to: 'hash: secret, createdAtMs',
    title: 'the first start gives one token, and only its hash is kept',
  },
  {
    ...ACCESS,
    feature: 'a token ends',
    file: 'src/server/access/token-store.ts',
    from: 'revokedAtMs === null && nowMs < expiresAtMs',
    to: 'revokedAtMs === null',
    title: 'a token ends with its days',
  },
  {
    ...PHONES,
    feature: 'the install page offers the first channel',
    file: 'src/server/install/catalog.ts',
    from: 'rank(a.channel) - rank(b.channel) ||',
    to: '',
  },
  {
    ...PHONES,
    feature: 'the install page says what is in a package',
    file: 'src/server/install/app-cards.ts',
    from: 'label: app.label ?? app.id,',
    to: 'label: app.id,',
  },
  {
    ...PHONES,
    feature: 'the install page has a code for phones',
    file: 'src/server/install/install-pages.ts',
    from: '${qrCode(targetOf(card.value, row, base) ?? `${base}${path}`, `QR code: ${label} for a phone`)}',
    to: '',
  },
  {
    ...INDEXES,
    promise: 'apps reach phones',
    feature: 'publish shows the web apps of a release on the install page',
    from: 'webApps.length === 0 || !release.isNewest',
    to: 'webApps.length >= 0',
  },
];
