// Goal: a node serves the verifier with its own trust file in it, under a policy that allows the page's code and nothing else.
// Method: ask a node with and without a name of its chain; hash what is in the page and hold that against the policy.
import { createHash } from 'node:crypto';
import { readVerifierPage } from '@hefu/verifier';
import { describe, expect, it } from 'vitest';
import { createTestNode } from '../testing/test-node.ts';

function hashOf(html: string, element: string): string {
  const text = new RegExp(`<${element}>([^]*?)</${element}>`).exec(html)?.[1] ?? '';
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The data that a node put into the page. */
function servedBy(html: string): { readonly trust: unknown } {
  const [, text = ''] = /id="served">(.*?)<\/script>/.exec(html) ?? [];
  return JSON.parse(text) as { readonly trust: unknown };
}

describe('GET /verify', () => {
  it('is the page with the chain’s trust file', async () => {
    await using node = await createTestNode();
    const trust: unknown = JSON.parse(JSON.stringify(node.chain.reader.trust()));
    for (const url of ['/verify', `/chains/${node.chain.slug}/verify`]) {
      const answer = await node.app.inject({ url });
      expect(answer.statusCode, url).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(servedBy(answer.body)).toEqual({ trust });
    }
  });

  it('allows its one script and its one style, and no request to anybody', async () => {
    await using node = await createTestNode();
    const { headers, body } = await node.app.inject({ url: '/verify' });
    expect(headers['content-security-policy']).toBe(
      [
        "default-src 'none'",
        `script-src ${hashOf(body, 'script')}`,
        `style-src ${hashOf(body, 'style')}`,
        'img-src data:',
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('lets nothing of a trust file become markup', () => {
    const page = readVerifierPage();
    const hostile = { name: '</script><script>alert(1)</script><!--' };
    const html = page?.withTrust(hostile) ?? '';
    expect(html).not.toContain('alert(1)</script>');
    expect(servedBy(html)).toEqual({ trust: hostile });
    expect(html.length).toBeGreaterThan(page?.html.length ?? 0);
  });

  it('is nothing where the page was not built', () => {
    expect(readVerifierPage(new URL('nowhere/verifier.html', import.meta.url))).toBeUndefined();
  });
});
