import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './checkout.ts';

/** One finding of the linter: the file as it was named, the rule, the text, the line from 1. */
export interface Finding {
  readonly file: string;
  readonly rule: string;
  readonly message: string;
  readonly line: number;
}

interface Report {
  readonly diagnostics: readonly {
    readonly filename: string;
    readonly code: string;
    readonly message: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

/**
 * Lints the given files (path in the checkout → text) under the project's own configuration, in a
 * fresh folder of the operating system that is removed again, so that no wrong file ever lies in
 * the checkout. Throws when the linter itself does not run.
 */
export function lintFiles(files: ReadonlyMap<string, string>): Finding[] {
  const folder = mkdtempSync(join(tmpdir(), 'hefu-lint-'));
  try {
    copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const bin = join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
    const result = spawnSync(process.execPath, [bin, '-f', 'json', '-c', '.oxlintrc.json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const report = JSON.parse(result.stdout) as Report;
    return report.diagnostics.map((found) => ({
      file: found.filename.replaceAll('\\', '/'),
      rule: found.code,
      message: found.message,
      line: found.labels[0]?.span.line ?? 0,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
