/**
 * What is done, as data in the shapes of the Remote Execution API v2 (REAPI): trees, commands, actions and
 * their results, and the planned actions from which rules compose a build. Pure: encoding and digests, no IO.
 */
export {
  type Action,
  type ActionResult,
  type Command,
  type EncodedAction,
  type ExecutionMetadata,
  encodeAction,
  encodeCommand,
  type Platform,
} from './action.ts';
export { compileGlob, type Glob, globProblem } from './glob.ts';
export {
  DEFAULT_RESOURCES,
  DEFAULT_TIMEOUT_MS,
  type Mount,
  needsNodeAlone,
  type Origin,
  type PlannedAction,
  type ProgramMount,
  type Resources,
  type SourceFolder,
} from './planned-action.ts';
export {
  type Directory,
  decodeDirectory,
  directoryOf,
  EMPTY_TREE,
  encodeDirectory,
  type FileNode,
  isNodeName,
  makeTree,
  type SubTree,
  type SymlinkNode,
  type Tree,
} from './tree.ts';
export type { LiteralFile, TreeExpression } from './tree-expression.ts';
export { type EvaluationFailure, evaluate, type TreeSources } from './tree-expression-evaluate.ts';
export { filterTree, type TreeFilter } from './tree-filter.ts';
export {
  changedTree,
  isEmpty,
  listTree,
  mergeTrees,
  nodeAt,
  type TreeEntry,
  type TreeLeaf,
  type TreeNode,
  treeAt,
  treeFromFiles,
  treeUnder,
} from './tree-operations.ts';
