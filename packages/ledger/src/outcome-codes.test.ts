import { readFileSync } from 'node:fs';
import type { HostCode } from '@hefu/contract';
import { describe, expect, it } from 'vitest';
import type { AttachmentRefusal } from './attachment-size.ts';
import type { LedgerFaultData } from './errors.ts';
import type { FsckFault } from './fsck/report.ts';
import type { ForeignRefusal } from './foreign/judge-foreign.ts';
import type { NoEntryCode, QuotaRefusal, StandingRefusal } from './judge.ts';

// Goal: docs/reference/outcome-codes.md lists every code, and none that is gone; every code that a client can meet has its words in the
// page of problems. Method: the lists here are complete by type; the pages are read as they stand.

type Listed<Code extends string> = { readonly [C in Code]: true };

const noEntry: Listed<NoEntryCode> = {
  'wrong-chain': true,
  'algorithm-not-admitted': true,
  expired: true,
  'expiry-too-far': true,
  'unknown-signer': true,
  'issuer-mismatch': true,
  'key-wrong-purpose': true,
  'key-not-valid': true,
  'signature-wrong': true,
  duplicate: true,
};
const entry: Listed<
  StandingRefusal | QuotaRefusal | AttachmentRefusal | HostCode | 'ok' | 'contract-migrating'
> = {
  ok: true,
  'member-suspended': true,
  'organisation-suspended': true,
  'statement-quota-exceeded': true,
  'attachment-too-large': true,
  'contract-migrating': true,
  'unknown-contract': true,
  'unknown-method': true,
  'args-invalid': true,
  'not-permitted': true,
  'contract-failed': true,
  'output-too-large': true,
  'events-too-many': true,
  'writes-too-many': true,
  'reads-too-many': true,
  'schedules-too-many': true,
  'host-calls-too-many': true,
  'call-too-deep': true,
  'calls-too-many': true,
};
const foreign: Listed<Exclude<ForeignRefusal, NoEntryCode | StandingRefusal | QuotaRefusal>> = {
  'suite-has-no-standard': true,
  'scitt-expired': true,
  'scitt-not-yet': true,
  'scitt-issuer-unknown': true,
  'scitt-key-unknown': true,
  'scitt-key-ambiguous': true,
  'scitt-algorithm-mismatch': true,
  'scitt-issuer-expired': true,
};
const faults: Listed<LedgerFaultData['code']> = {
  'chain-exists': true,
  'store-empty': true,
  'genesis-other': true,
  'genesis-failed': true,
  'store-content-too-new': true,
  'store-inconsistent': true,
  'module-version-missing': true,
  'not-a-validator': true,
  'checkpoint-key-missing': true,
  'migration-failed': true,
};
const fsckFaults: Listed<FsckFault['code']> = {
  'meta-wrong': true,
  'head-wrong': true,
  'entry-missing': true,
  'entry-malformed': true,
  'entry-out-of-order': true,
  'block-row-wrong': true,
  'parameters-wrong': true,
  'validators-wrong': true,
  'statement-missing': true,
  'statement-wrong': true,
  'statement-signature-wrong': true,
  'statement-signer-wrong': true,
  'outcome-wrong': true,
  'id-index-wrong': true,
  'tile-wrong': true,
  'checkpoint-missing': true,
  'checkpoint-wrong': true,
  'state-wrong': true,
  'stale-wrong': true,
  'index-wrong': true,
  'due-wrong': true,
  'attachment-missing': true,
  'attachment-wrong': true,
  'row-unexpected': true,
  'row-damaged': true,
};

function page(name: string): string {
  return readFileSync(new URL(`../../../docs/reference/${name}.md`, import.meta.url), 'utf8');
}

/** Codes in the first column of the table under a heading. */
function codesUnder(text: string, heading: string): string[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, code]) => code ?? '');
}

describe('docs/reference/outcome-codes.md', () => {
  const text = page('outcome-codes');

  it.each([
    ['No entry', noEntry],
    ['An entry with its code', entry],
    ['Statements of other systems', foreign],
    ['Faults that stop a ledger', faults],
    ['What fsck finds', fsckFaults],
  ])('lists under "%s" what the code has, in its order', (heading, codes) => {
    expect(codesUnder(text, heading)).toEqual(Object.keys(codes));
  });

  it('leaves the words to the page of problems, which has them all', () => {
    const problems = page('problems');
    for (const code of [...Object.keys(noEntry), ...Object.keys(entry)]) {
      // These two are no problems: one is what was wanted, the other is answered with the first result.
      if (code === 'ok' || code === 'duplicate') continue;
      expect(problems, code).toContain(`| \`${code}\` |`);
    }
  });
});
