/** A plain walk: every file below a folder is looked at by lstat, nothing is read. */
import { lstatSync, readdirSync } from 'node:fs';

let files = 0;
const visit = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (entry.name !== '.git' && entry.name !== 'node_modules') visit(path);
    } else if (lstatSync(path)) files++;
  }
};
visit(process.argv[2]);
console.log(files);
