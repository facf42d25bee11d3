/** Every tool of the bench, ours first. */
import { bareTool } from './bare.ts';
import { lageTool } from './lage.ts';
import { makeTools } from './make-and-ninja.ts';
import { moonTool } from './moon.ts';
import { nxTools } from './nx.ts';
import { ourTools } from './ours.ts';
import type { Tool } from './tool.ts';
import { turboTools } from './turbo.ts';
import { wireitTool } from './wireit.ts';

export { bareLoop } from './bare.ts';
export { ourProgram, ourVersion } from './ours.ts';
export type { Tool, ToolCommand, ToolPlace } from './tool.ts';
export const TOOLS: readonly Tool[] = [
  ...ourTools,
  ...turboTools,
  ...nxTools,
  moonTool,
  lageTool,
  wireitTool,
  ...makeTools,
  bareTool,
];
