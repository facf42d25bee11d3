/**
 * Brings a release to where people find it: a folder, an artifact repository, a registry, the registries of its images. Each is a
 * `Publisher`; what was put stays, and to put it again changes nothing. `publish` does it in an order that shows nobody half a
 * release, with a journal on the disk, so that a run that was killed goes on. It builds, signs and verifies nothing.
 */

export { attachFile, type ImageAttachment } from './attach-file.ts';
export { folderPublisher, pointedVersion, replaceLink } from './folder-publisher.ts';
export { imagesPublisher, type ReleasedImage } from './images-publisher.ts';
export { indexesPublisher } from './indexes/indexes-publisher.ts';
export { openJournal } from './journal.ts';
export { type FailedPlace, type PublishEvent, publish } from './publish.ts';
export { publishDiagnostic } from './publish-diagnostic.ts';
export type { PublishedRelease, Publisher, PublishItem } from './publisher.ts';
export { registryPublisher } from './registry-publisher.ts';
export { type ReleaseContents, readRelease, releasedVersions } from './release-contents.ts';
export { repositoryPublisher } from './repository-publisher.ts';
