// What of a checkout gets into the build: .dockerignore, as far as ours uses its language.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Says of a path from the root, with `/`, whether a build sees it. */
export function readIgnore(root) {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isIn: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }));
  return (path) => {
    let isIn = true;
    // The last rule that fits decides.
    for (const rule of rules) if (rule.pattern.test(path)) isIn = rule.isIn;
    return isIn;
  };
}

/** A pattern fits a path and whatever lies below it. */
function patternOf(glob) {
  const source = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/^\*\*\//, '(?:.*/)?')
    .replaceAll(/(?<!\.)\*/g, '[^/]*');
  return new RegExp(`^${source}(?:/.*)?$`);
}
