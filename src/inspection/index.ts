/**
 * Looks into container images: what differs between two, down to a field of a member of a layer, and where the size of one
 * comes from. Images are OCI layouts (image specification 1.1), tars of them, archives of `docker save`, and stored blobs. Layers are
 * streamed and never held, every byte is verified against its digest before anything is told, and nothing is unpacked to the disk.
 * Deliberately not here: how names become paths or are pulled (`cli`), and any judgement about what was found.
 */
export { shownBytes, shownText } from './byte-text.ts';
export type { ImagePlace } from './choose-image.ts';
export type { DocumentChange } from './compare-documents.ts';
export type { LayerChange, LayerFacts } from './compare-layers.ts';
export type { ContentDifference, FieldChange, MemberChange } from './compare-members.ts';
export { type InspectionCode, inspectionDiagnostics } from './diagnostics.ts';
export { diffImages, type ImageDiff, type ImageFacts, type LayerMembers } from './diff-images.ts';
export { diffSummary, diffText } from './diff-text.ts';
export { type InspectionFailure, inspectionDiagnostic } from './fault.ts';
export { type ContentSight, contentDifference } from './first-difference.ts';
export { fit, fitPath } from './fit-text.ts';
export type { InspectionWorld, StoredImage } from './image-files.ts';
export { isRegistryReference, splitTag } from './image-word.ts';
export { layersOnDisk } from './layers-on-disk.ts';
export { layoutPlatforms, type OpenedImage, openImage, openStoredImage } from './open-image.ts';
export {
  machinePlatform,
  parseWantedPlatform,
  platformText,
  type WantedPlatform,
} from './platform-choice.ts';
export { readTarMembers, type TarMember } from './read-tar.ts';
export { type SizeReport, sizeReport } from './size-report.ts';
export { sizeSummary, sizeText } from './size-text.ts';
export { type FileWatch, type WatchedFile, type WatchedImage, watchImage } from './watch-image.ts';
