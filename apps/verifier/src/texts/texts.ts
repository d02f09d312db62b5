import type { ReceiptStepId } from '@hefu/protocol';
import type { FingerprintMatch } from '../engine/trust-check.ts';
import type { State } from '../engine/examine.ts';

export type Language = 'zh' | 'en' | 'ru';

/** One of the three places for files. */
export interface SlotTexts {
  readonly title: string;
  readonly hint: string;
  readonly choose: string;
  readonly paste: string;
  readonly pasteLabel: string;
}

/** Names of what a receipt tells, as the page labels them. */
export type FieldName =
  | 'who'
  | 'organisation'
  | 'what'
  | 'when'
  | 'where'
  | 'outcome'
  | 'cosigned'
  | 'chain'
  | 'suite'
  | 'genesis'
  | 'file'
  | 'size'
  | 'sha256'
  | 'sm3'
  | 'named-sha256'
  | 'named-sm3'
  | 'statement-id'
  | 'method'
  | 'args'
  | 'nonce'
  | 'expires'
  | 'item-fields'
  | 'item-place'
  | 'batch-root'
  | 'key-id'
  | 'key-heights'
  | 'member'
  | 'kind'
  | 'roles'
  | 'standing'
  | 'algorithm'
  | 'signature'
  | 'height'
  | 'time'
  | 'code'
  | 'leaf'
  | 'place'
  | 'root'
  | 'reached'
  | 'state-root'
  | 'origin'
  | 'note'
  | 'power'
  | 'output'
  | 'events'
  | 'pointer'
  | 'reason';

/** Everything that the page says, in one language. */
export interface Texts {
  readonly language: Language;
  readonly languageLabel: string;
  readonly title: string;
  readonly lead: string;
  readonly privacy: string;
  readonly slots: Readonly<Record<'receipt' | 'content' | 'trust', SlotTexts>>;
  readonly dropAnywhere: string;
  readonly use: string;
  readonly cancel: string;
  readonly remove: (what: string) => string;
  readonly none: string;
  readonly pasted: string;
  readonly pastedText: string;
  readonly cameWithPage: string;
  readonly hashing: (name: string, percent: number) => string;
  readonly unreadable: (name: string) => string;
  readonly verdict: {
    readonly working: string;
    readonly none: string;
    readonly noneMore: string;
    readonly good: string;
    readonly refused: string;
    readonly bad: string;
    readonly open: string;
    readonly said: (facts: {
      member: string;
      organisation: string;
      name: string;
      chain: string;
      time: string;
    }) => string;
    readonly saidRefused: (facts: {
      member: string;
      chain: string;
      time: string;
      outcome: string;
    }) => string;
    readonly openMore: string;
    readonly badMore: string;
    readonly contentGood: (name: string) => string;
    readonly contentAbsent: string;
    readonly trustFrom: (source: string) => string;
    readonly trustFromPage: string;
  };
  readonly state: Readonly<Record<State, string>>;
  readonly stepsTitle: string;
  readonly steps: Readonly<Record<ReceiptStepId, string>>;
  /** One sentence about each step that holds. */
  readonly why: Readonly<Record<ReceiptStepId, string>>;
  readonly codes: { readonly [code: string]: string };
  readonly fields: Readonly<Record<FieldName, string>>;
  readonly details: string;
  readonly copy: string;
  readonly copyOf: (what: string) => string;
  readonly copied: string;
  readonly picture: {
    readonly title: string;
    readonly alt: (levels: number, reached: boolean) => string;
    readonly leaf: string;
    readonly root: string;
    readonly sameRoot: string;
    readonly otherRoot: string;
    readonly wrongLength: string;
    readonly left: string;
    readonly right: string;
    readonly asTable: string;
    readonly sibling: string;
    readonly parent: string;
    readonly step: string;
  };
  readonly lines: {
    readonly title: string;
    readonly name: string;
    readonly says: string;
    readonly found: string;
    readonly kinds: Readonly<Record<'note' | 'cosignature' | 'cose-root' | 'unknown', string>>;
    readonly right: string;
    readonly wrong: string;
    readonly unknown: string;
    readonly quorum: (power: string, total: string) => string;
  };
  readonly trust: {
    readonly title: string;
    readonly missing: string;
    readonly malformed: (where: string) => string;
    readonly broken: (number: number, cause: string) => string;
    readonly fromPage: string;
    readonly fromFile: string;
    readonly validators: string;
    readonly fingerprint: string;
    readonly publicKey: string;
    readonly vkeys: string;
    readonly power: string;
    readonly fileDigest: string;
    readonly mismatch: string;
    readonly follows: string;
    readonly changes: (count: number) => string;
    readonly predecessor: (chain: string, size: number) => string;
    readonly compareTitle: string;
    readonly compareHint: string;
    readonly compareLabel: string;
    readonly matches: Readonly<Record<FingerprintMatch, string>>;
  };
  readonly list: {
    readonly title: string;
    readonly summary: (counts: {
      total: string;
      good: string;
      bad: string;
      open: string;
    }) => string;
    readonly working: (done: string) => string;
    readonly show: string;
    readonly all: string;
    readonly onlyBad: string;
    readonly number: string;
    readonly receipt: string;
    readonly content: string;
    readonly verdict: string;
    readonly open: (name: string) => string;
    readonly back: string;
    readonly previous: string;
    readonly next: string;
    readonly page: (page: string, pages: string) => string;
    readonly unmatched: (count: string) => string;
    readonly empty: string;
  };
  readonly suites: Readonly<Record<'international' | 'gm', string>>;
  readonly kinds: Readonly<Record<string, string>>;
  readonly limitsTitle: string;
  readonly limits: readonly string[];
  readonly print: string;
  readonly footer: string;
  readonly entryOf: (index: string, size: string) => string;
  readonly itemOf: (number: string, count: string) => string;
  readonly heights: (from: string, to: string | undefined) => string;
  readonly bytes: (count: string) => string;
  readonly empty: string;
  readonly tooDeep: string;
  readonly more: (count: number) => string;
}
