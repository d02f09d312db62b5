import { existsSync, readFileSync } from 'node:fs';

/** The built page; `src` and `dist` lie beside it, so both find it here. */
const FILE = new URL('../built/verifier.html', import.meta.url);
/** What a node's trust file takes the place of. */
const SERVED_NOTHING = '<script type="application/json" id="served">null</script>';
const POLICY_PATTERN = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/;

/** The verifier as one HTML file. */
export interface VerifierPage {
  /** The file, as it is opened from disk. */
  readonly html: string;
  /** For the header `Content-Security-Policy`: no source but the page's own code and style, by their hashes. */
  readonly contentSecurityPolicy: string;
  /** The page with a trust file in it, as a node serves it; it says that the file came with the page. */
  withTrust(trust: unknown): string;
}

/** Reads the built page. Undefined where it has not been built: `npm run setup` builds it. */
export function readVerifierPage(file: URL = FILE): VerifierPage | undefined {
  if (!existsSync(file)) return undefined;
  const html = readFileSync(file, 'utf8');
  const policy = POLICY_PATTERN.exec(html)?.[1];
  const at = html.indexOf(SERVED_NOTHING);
  if (policy === undefined || at < 0) throw new Error('the verifier was built from other sources');
  return {
    html,
    contentSecurityPolicy: `${policy}; frame-ancestors 'none'`,
    withTrust(trust) {
      // Data, not code: the policy lets no other script run, and `<` can't end the element.
      const data = JSON.stringify({ trust }).replaceAll('<', String.raw`\u003c`);
      const served = `<script type="application/json" id="served">${data}</script>`;
      return html.slice(0, at) + served + html.slice(at + SERVED_NOTHING.length);
    },
  };
}
