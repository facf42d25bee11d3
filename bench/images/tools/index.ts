/** Every builder of images of the bench, ours first. */
import { buildahTools } from './buildah.ts';
import { buildkitTools } from './buildkit.ts';
import { craneTool } from './crane.ts';
import { dockerTool } from './docker.ts';
import type { ImageTool } from './image-tool.ts';
import { ourImageTool } from './ours.ts';

export { BASE, type ImagePlace, type ImageTool, type OpenTool, versionIn } from './image-tool.ts';
export { ourImageTool };
export const IMAGE_TOOLS: readonly ImageTool[] = [
  ourImageTool,
  ...buildkitTools,
  dockerTool,
  ...buildahTools,
  craneTool,
];
