/** Of the section Dependencies and security of docs/promises.md: who made it, and where. */
import type { Mutation } from './mutation.ts';

const SIGNING = { promise: 'secure-build.sh: sign by gpg', test: 'src/signing/signers.test.ts' };
const PROVENANCE = {
  promise: 'where it was built',
  test: 'src/signing/provenance.test.ts',
  title: 'a provenance: ${name}',
};
const PUSHED = {
  promise: 'images that are pushed',
  file: 'src/signing/verify-image.ts',
  test: 'src/signing/verify-image.test.ts',
  title: 'an image: ${name}',
};

export const SIGNATURES: readonly Mutation[] = [
  {
    ...SIGNING,
    feature: 'a signature lies beside the file',
    file: 'src/signing/sign-files.ts',
    from: 'writeDurably(fs, signature, text.value);',
    to: "writeDurably(fs, signature, '');",
    title: 'a signature: ${kind.name}',
  },
  {
    ...SIGNING,
    feature: 'a signature holds for these bytes alone',
    file: 'src/signing/sigstore/verify-bundle.ts',
    from: '&& isSignatureOf(each, message, content.signature),',
    to: ',',
    title: 'a signature: ${kind.name}',
  },
  {
    ...SIGNING,
    feature: 'a signature of gpg holds for these keys alone',
    file: 'src/signing/gpg/gpg-verify.ts',
    from: 'return otherKey(verdict.keyId);',
    to: 'return undefined;',
    title: 'a signature: ${kind.name}',
  },
  {
    promise: 'secure-build.sh: sign by gpg',
    feature: 'who asked for a key that is not there is said',
    file: 'src/signing/keys/load-key.ts',
    from: '`there is no key, which ${asked} asks for`',
    to: "'there is no key'",
    test: 'src/signing/keys/load-key.test.ts',
    title: 'the file of a key: ${name}',
  },
  {
    ...SIGNING,
    feature: 'a file without a signature proves nothing',
    file: 'src/signing/verify-files.ts',
    from: 'if (signatures.length === 0 && problems.length === 0) problems.push(unproved(path, notChecked));',
    to: '',
    title: 'a file without a signature proves nothing',
  },
  {
    ...PROVENANCE,
    feature: 'a builder of one’s own is level 1',
    file: 'src/signing/statements/provenance.ts',
    from: 'if (builder === LOCAL_BUILDER) return { level: 1,',
    to: 'if (builder === LOCAL_BUILDER) return { level: 2,',
  },
  {
    ...PROVENANCE,
    feature: 'a provenance is about its own files alone',
    file: 'src/signing/verify-provenance.ts',
    from: 'if (digest === sha256 || subjectsOf(statement, digest).length > 0) return undefined;',
    to: "if (digest !== '') return undefined;",
  },
  {
    ...PROVENANCE,
    feature: 'a provenance of another builder is no proof',
    file: 'src/signing/verify-provenance.ts',
    from: 'if (builder !== undefined && builder !== read.builder)',
    to: "if (builder === '')",
  },
  {
    promise: 'where it was built',
    feature: 'a release has its provenance',
    file: 'src/cli/release/finish-release.ts',
    from: 'writeDurably(fs, at(originName(facts.version)), origin);',
    to: "writeDurably(fs, at(originName(facts.version)), '{}');",
    test: 'test/release.test.ts',
    title: 'a signed release is proved by each key, from its commit, and made again it is the same',
  },
  {
    ...PUSHED,
    feature: 'a signature of another image proves none',
    from: '!statement || subjects.length === 0',
    to: '!statement',
  },
  {
    ...PUSHED,
    feature: 'what somebody else signed proves no image',
    from: 'if (proofs.length === 0 && problems.length === 0)',
    to: 'if (proofs.length + notChecked.length === 0 && problems.length === 0)',
  },
  {
    ...PUSHED,
    feature: 'a registry that lists no referrers has an index of them',
    file: 'src/registry/referrers/attach-referrer.ts',
    from: '{ subject, entries: [...entries, entry] }',
    to: '{ subject, entries }',
    test: 'test/image-signatures.test.ts',
    title: '${name}: an image of a signed release is proved where it was published, with its origin',
  },
];
