import { digestBlob } from '../engine/digest-blob.ts';
import { readJson, roleOf } from '../engine/intake.ts';
import { readLines } from '../engine/read-lines.ts';
import { readTrustFile } from '../engine/trust-check.ts';
import { chooseLanguage, hashWithLanguage, LANGUAGES } from '../texts/choose.ts';
import type { Language, Texts } from '../texts/texts.ts';
import { h, replace } from './dom.ts';
import type { Child } from './dom.ts';
import { countText, sizeText } from './format.ts';
import { tally } from './icons.ts';
import { drawList, listSummary } from './list-view.ts';
import type { ListLook } from './list-view.ts';
import { judgeList, judgeSingle } from './session.ts';
import type { ListRow, ReceiptSource, Session, Single } from './session.ts';
import { drawSlot } from './slots-view.ts';
import type { SlotContent, SlotName } from './slots-view.ts';
import type { GivenContent } from './step-values.ts';
import { drawSteps } from './steps-view.ts';
import { drawTrust } from './trust-view.ts';
import { announce } from './values.ts';
import { drawVerdict, verdictTitle } from './verdict-view.ts';
import type { TrustSource } from './verdict-view.ts';
import { visible } from './visible.ts';

const SLOTS: readonly SlotName[] = ['receipt', 'content', 'trust'];
const FIRST_LOOK: ListLook = { page: 0, onlyBad: false };

/** The page: what was given, what was found, and how it is drawn. */
export class App {
  readonly #root: HTMLElement;
  readonly #session: Session = { receipts: [], contents: [], trust: { kind: 'none' } };
  #language: Language;
  #single: Single | undefined;
  #rows: ListRow[] = [];
  #look = FIRST_LOOK;
  /** The receipt of the list that is shown in full. */
  #opened: ReceiptSource | undefined;
  #working: string | undefined;
  #fault: string | undefined;
  #judging = new AbortController();
  #hashing = new AbortController();

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#language = chooseLanguage(location.hash, navigator.languages);
    this.#listen();
    this.#draw();
  }

  get #texts(): Texts {
    return LANGUAGES[this.#language].texts;
  }

  /** Takes the trust file that a node put into the page. */
  async takeServedTrust(json: unknown): Promise<void> {
    await this.#readTrust(new TextEncoder().encode(JSON.stringify(json)), json, { from: 'page' });
    await this.#judge();
  }

  #listen(): void {
    addEventListener('hashchange', () => {
      const language = chooseLanguage(location.hash, navigator.languages);
      if (language === this.#language) return;
      this.#language = language;
      this.#draw();
    });
    addEventListener('dragover', (event) => {
      event.preventDefault();
      document.body.classList.add('dragging');
    });
    addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) document.body.classList.remove('dragging');
    });
    addEventListener('drop', (event) => {
      event.preventDefault();
      document.body.classList.remove('dragging');
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) this.#start(this.#take(files, slotAt(event.target)));
    });
    addEventListener('paste', (event) => {
      if (isField(event.target)) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (files.length > 0) this.#start(this.#take(files, undefined));
      else if (text.trim() !== '') this.#start(this.#takeText(text, undefined));
    });
  }

  #start(work: Promise<void>): void {
    work.catch((error: unknown) => {
      // Nothing a document says gets here; a fault of the browser or of ours must not look like a verdict.
      this.#fault = error instanceof Error ? error.message : String(error);
      this.#working = undefined;
      this.#draw();
    });
  }

  /** Takes texts as files, so that one way leads in. */
  async #takeText(text: string, slot: SlotName | undefined): Promise<void> {
    const name = slot === 'content' ? this.#texts.pastedText : this.#texts.pasted;
    await this.#take([new File([text], name)], slot);
  }

  async #take(files: readonly File[], slot: SlotName | undefined): Promise<void> {
    this.#fault = undefined;
    const receipts: ReceiptSource[] = [];
    const contents: File[] = [];
    for (const file of files) {
      const role = await this.#roleOf(file, slot);
      if (role === undefined) continue;
      if (role === 'content') contents.push(file);
      else if (role === 'trust') await this.#takeTrust(file);
      else if (role === 'receipt') receipts.push({ name: file.name, blob: file });
      else {
        for await (const { start, end } of readLines(file)) {
          receipts.push({
            name: `${file.name} · ${receipts.length + 1}`,
            blob: file.slice(start, end),
          });
        }
      }
    }
    if (receipts.length > 0) {
      this.#session.receipts = receipts;
      this.#opened = undefined;
      this.#look = FIRST_LOOK;
    }
    if (contents.length > 0) await this.#hash(contents);
    await this.#judge();
  }

  /** What a file is; of a slot what it is there for. Undefined for what can't be read, a folder say. */
  async #roleOf(
    file: File,
    slot: SlotName | undefined,
  ): Promise<'receipt' | 'receipts' | 'trust' | 'content' | undefined> {
    try {
      const role = await roleOf(file.name, file);
      if (slot === undefined) return role;
      if (slot === 'receipt') return role === 'receipts' ? role : 'receipt';
      return slot;
    } catch {
      this.#fault = this.#texts.unreadable(visible(file.name));
      return undefined;
    }
  }

  async #takeTrust(file: File): Promise<void> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const json = readJson(new TextDecoder().decode(bytes));
    await this.#readTrust(bytes, json, { from: 'file', name: file.name });
  }

  async #readTrust(bytes: Uint8Array, json: unknown, source: TrustSource): Promise<void> {
    const read = await readTrustFile(bytes, json);
    this.#session.trust = read.ok
      ? { kind: 'good', source, file: read.file }
      : { kind: 'bad', source, verdict: read };
  }

  async #hash(files: readonly File[]): Promise<void> {
    this.#hashing.abort();
    const hashing = new AbortController();
    this.#hashing = hashing;
    const contents: GivenContent[] = [];
    for (const file of files) {
      const name = visible(file.name);
      try {
        const digests = await digestBlob(file, {
          signal: hashing.signal,
          onProgress: (done, total) => {
            if (hashing.signal.aborted) return;
            this.#working = this.#texts.hashing(
              name,
              Math.floor((done * 100) / Math.max(total, 1)),
            );
            this.#drawWorking(done / Math.max(total, 1));
          },
        });
        contents.push({ name: file.name, digests });
      } catch {
        if (hashing.signal.aborted) return;
        this.#fault = this.#texts.unreadable(name);
      }
    }
    this.#working = undefined;
    this.#session.contents = contents;
  }

  #remove(slot: SlotName): void {
    this.#fault = undefined;
    if (slot === 'receipt') {
      this.#session.receipts = [];
      this.#opened = undefined;
    } else if (slot === 'content') {
      this.#hashing.abort();
      this.#working = undefined;
      this.#session.contents = [];
    } else this.#session.trust = { kind: 'none' };
    this.#start(this.#judge());
  }

  /** Judges what is there anew, and draws it. A judgement that is overtaken says nothing. */
  async #judge(): Promise<void> {
    this.#judging.abort();
    const judging = new AbortController();
    this.#judging = judging;
    const { receipts } = this.#session;
    const [only] = receipts;
    const source = this.#opened ?? (receipts.length === 1 ? only : undefined);
    this.#single = undefined;
    if (source !== undefined) {
      const single = await judgeSingle(this.#session, source);
      if (judging.signal.aborted) return;
      this.#single = single;
      this.#draw();
      announce(verdictTitle(this.#texts, single.examination));
      return;
    }
    this.#rows = [];
    this.#draw();
    if (receipts.length === 0) return;
    await judgeList(this.#session, {
      signal: judging.signal,
      onRows: (rows) => {
        if (judging.signal.aborted) return;
        this.#rows.push(...rows);
        this.#drawFindings();
      },
    });
    if (!judging.signal.aborted) announce(listSummary(this.#texts, this.#rows));
  }

  #open(source: ReceiptSource): void {
    this.#opened = source;
    this.#start(this.#show(source));
  }

  async #show(source: ReceiptSource): Promise<void> {
    const single = await judgeSingle(this.#session, source);
    if (this.#opened !== source) return;
    this.#single = single;
    this.#drawFindings();
    announce(verdictTitle(this.#texts, single.examination));
    document.getElementById('verdict-title')?.focus();
  }

  #close(): void {
    this.#opened = undefined;
    this.#single = undefined;
    if (this.#rows.length < this.#session.receipts.length) {
      this.#start(this.#judge());
      return;
    }
    this.#drawFindings();
    document.getElementById('list-title')?.focus();
  }

  #setLanguage(language: Language): void {
    this.#language = language;
    // Not a new entry of the history: going back leaves the page, whatever was chosen.
    history.replaceState(null, '', hashWithLanguage(location.hash, language));
    this.#draw();
  }

  #draw(): void {
    const texts = this.#texts;
    document.documentElement.lang = texts.language === 'zh' ? 'zh-CN' : texts.language;
    document.title = `${texts.title} · Hefu 合符`;
    keepFocus(this.#root, () => {
      replace(
        this.#root,
        this.#header(texts),
        h(
          'main',
          {},
          h('p', { class: 'lead' }, texts.lead),
          h('p', { class: 'faint' }, `${texts.privacy} ${texts.dropAnywhere}`),
          h(
            'div',
            { class: 'slots' },
            SLOTS.map((slot) => this.#slot(texts, slot)),
          ),
          h('div', { id: 'work' }),
          h('div', { id: 'findings' }, this.#findings(texts)),
          drawTrust(texts, this.#session.trust),
          h(
            'section',
            { class: 'limits', 'aria-labelledby': 'limits-title' },
            h('h2', { id: 'limits-title' }, texts.limitsTitle),
            h(
              'ul',
              {},
              texts.limits.map((each) => h('li', {}, each)),
            ),
          ),
        ),
        h('footer', {}, h('p', {}, texts.footer)),
      );
    });
    this.#drawWorking(0);
  }

  #drawFindings(): void {
    const findings = document.getElementById('findings');
    if (findings === null) return;
    keepFocus(this.#root, () => replace(findings, this.#findings(this.#texts)));
  }

  #drawWorking(part: number): void {
    const work = document.getElementById('work');
    if (work === null) return;
    if (this.#working === undefined) {
      replace(
        work,
        this.#fault === undefined
          ? undefined
          : h('p', { class: 'fault', role: 'alert' }, this.#fault),
      );
      return;
    }
    const texts = this.#texts;
    const bar = work.querySelector('progress');
    if (bar === null) {
      replace(
        work,
        h('p', { id: 'work-text' }, this.#working),
        h('progress', { max: 1, value: part, 'aria-labelledby': 'work-text' }),
        h(
          'button',
          { type: 'button', 'data-key': 'cancel', click: () => this.#remove('content') },
          texts.cancel,
        ),
      );
      announce(this.#working);
      return;
    }
    bar.value = part;
    const text = document.getElementById('work-text');
    if (text !== null) text.textContent = this.#working;
  }

  #header(texts: Texts): HTMLElement {
    return h(
      'header',
      {},
      h(
        'div',
        { class: 'brand' },
        tally(),
        h('div', {}, h('p', { class: 'name' }, 'Hefu 合符'), h('h1', {}, texts.title)),
      ),
      h(
        'nav',
        { class: 'languages', 'aria-label': texts.languageLabel },
        (Object.keys(LANGUAGES) as Language[]).map((language) =>
          h(
            'button',
            {
              type: 'button',
              class: 'choice',
              lang: language,
              'data-key': `language-${language}`,
              'aria-pressed': String(language === this.#language),
              click: () => this.#setLanguage(language),
            },
            LANGUAGES[language].name,
          ),
        ),
      ),
    );
  }

  #slot(texts: Texts, slot: SlotName): HTMLElement {
    return drawSlot(texts, slot, this.#held(texts, slot), {
      onFiles: (name, files) => this.#start(this.#take(files, name)),
      onText: (name, text) => this.#start(this.#takeText(text, name)),
      onRemove: (name) => this.#remove(name),
    });
  }

  #held(texts: Texts, slot: SlotName): SlotContent {
    const { receipts, contents, trust } = this.#session;
    if (slot === 'trust') {
      if (trust.kind === 'none') return { text: texts.none, state: 'empty' };
      const text = trust.source.from === 'page' ? texts.cameWithPage : trust.source.name;
      return { text, state: trust.kind === 'good' ? 'full' : 'bad' };
    }
    const held = slot === 'receipt' ? receipts : contents;
    const [first] = held;
    if (first === undefined) return { text: texts.none, state: 'empty' };
    if (held.length > 1) return { text: countText(texts, held.length), state: 'full' };
    const [content] = contents;
    const text =
      slot === 'content' && content !== undefined
        ? `${first.name} · ${sizeText(texts, content.digests.size)}`
        : first.name;
    return { text, state: 'full' };
  }

  #findings(texts: Texts): Child {
    const { receipts, contents, trust } = this.#session;
    if (receipts.length === 0) {
      return h(
        'section',
        { class: 'verdict none', 'data-verdict': 'none' },
        h('h2', {}, texts.verdict.none),
        h('p', {}, texts.verdict.noneMore),
      );
    }
    const single = this.#single;
    if (single !== undefined) {
      const context = { texts, details: single.details, content: single.content };
      const source = trust.kind === 'good' ? trust.source : undefined;
      return [
        this.#opened === undefined
          ? undefined
          : h(
              'p',
              {},
              h(
                'button',
                { type: 'button', class: 'back', 'data-key': 'back', click: () => this.#close() },
                `← ${texts.list.back}`,
              ),
            ),
        drawVerdict(single.examination, { ...context, trust: source }),
        drawSteps(single.examination, context),
        h(
          'p',
          { class: 'tools' },
          h(
            'button',
            { type: 'button', class: 'button', 'data-key': 'print', click: () => print() },
            texts.print,
          ),
        ),
      ];
    }
    return drawList({
      texts,
      rows: this.#rows,
      total: receipts.length,
      contents,
      look: this.#look,
      onLook: (look) => {
        this.#look = look;
        this.#drawFindings();
      },
      onOpen: (row) => this.#open(row.source),
    });
  }
}

/** Whether what is pasted here goes into a field. */
function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
}

/** The slot under a place of the page. */
function slotAt(target: EventTarget | null): SlotName | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-slot]') : null;
  return SLOTS.find((slot) => slot === element?.dataset['slot']);
}

/** Draws anew and puts the focus back on the control with the same key, if it is still there. */
function keepFocus(root: HTMLElement, draw: () => void): void {
  const focused =
    document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const key = focused?.dataset['key'];
  draw();
  if (key === undefined || document.activeElement === focused) return;
  root.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}
