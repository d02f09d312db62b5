import { hash } from 'node:crypto';
import type { Language } from '../../problems/definition.ts';
import { escapeHtml } from '../openapi/html.ts';
import { SIGN_IN_TEXTS } from './sign-in-texts.ts';

const STYLE = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:10vh auto;padding:1rem}
label{display:block;margin:.8rem 0}
input,button{font:inherit;box-sizing:border-box;width:100%;padding:.5rem}
button{margin:.6rem 0;cursor:pointer}
[hidden]{display:none}
#said{min-height:1.5rem}`;

/**
 * The page's whole program. It knows no words: those stand in the page. The token of a link stands behind the # and is taken
 * out of the address before anything else; it is used when somebody presses the button, not by whoever previews links.
 */
const SCRIPT = `'use strict';
const $ = (id) => document.getElementById(id);
const link = location.hash.slice(1);
if (link !== '') history.replaceState(null, '', location.pathname);
const say = (text) => { $('said').textContent = text; };
async function send(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { 'hefu-request': '1', 'accept-language': document.documentElement.lang, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const value = answer.status === 204 ? {} : await answer.json();
  if (answer.ok) return value;
  throw new Error(value.title ?? String(answer.status));
}
function during(work) {
  return async (event) => {
    event.preventDefault();
    say('');
    try { await work(); } catch (error) { say(error.message); }
  };
}
async function show() {
  const answer = await fetch('/v1/session');
  const who = answer.ok ? await answer.json() : null;
  const isIn = who !== null && who.session !== null;
  $('out').hidden = isIn;
  $('in').hidden = !isIn;
  $('by-link').hidden = link === '' || isIn;
  if (isIn) $('who').textContent = who.name + ' (' + who.roles.join(', ') + ')';
  $('set').hidden = !isIn || who.session.method !== 'link';
}
$('by-link').addEventListener('click', during(async () => {
  await send('POST', '/v1/session', { link });
  await show();
}));
$('form').addEventListener('submit', during(async () => {
  await send('POST', '/v1/session', { name: $('name').value, password: $('password').value });
  $('password').value = '';
  await show();
}));
$('set').addEventListener('submit', during(async () => {
  await send('POST', '/v1/session/password', { password: $('new').value });
  $('new').value = '';
  $('set').hidden = true;
  say($('set').dataset.done);
}));
const passkeys = window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;
$('by-passkey').hidden = !passkeys;
$('add-passkey').hidden = !passkeys;
$('by-passkey').addEventListener('click', during(async () => {
  const offered = await send('POST', '/v1/session/passkey/offer');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(offered);
  const credential = await navigator.credentials.get({ publicKey });
  await send('POST', '/v1/session/passkey', { credential: credential.toJSON() });
  await show();
}));
$('add-passkey').addEventListener('click', during(async () => {
  const offered = await send('POST', '/v1/accounts/passkeys/offer');
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(offered);
  const credential = await navigator.credentials.create({ publicKey });
  const name = new Date().toISOString().slice(0, 10);
  await send('POST', '/v1/accounts/passkeys', { name, credential: credential.toJSON() });
  say($('add-passkey').dataset.done);
}));
const visit = (path) => during(async () => { location.href = (await send('POST', path)).url; });
$('by-provider')?.addEventListener('click', visit('/v1/session/oidc/offer'));
$('bind')?.addEventListener('click', visit('/v1/accounts/identities/offer'));
$('sign-out').addEventListener('click', during(async () => {
  await send('DELETE', '/v1/session');
  location.reload();
}));
show();`;

/** This style and this program, talk to this node, and nothing else: no frame, no other site, no form but by the program. */
export const SIGN_IN_POLICY: string = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
  `script-src 'sha256-${hash('sha256', SCRIPT, 'base64')}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page on which people sign in. */
export function signInPage(language: Language, hasProvider: boolean): string {
  const texts = SIGN_IN_TEXTS[language];
  const text = (name: keyof typeof texts): string => escapeHtml(texts[name]);
  const provider = (id: string, words: string): string =>
    hasProvider ? `<button id="${id}" type="button">${words}</button>\n` : '';
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Hefu 合符 · ${text('title')}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${text('title')}</h1>
<noscript><p>${text('noScript')}</p></noscript>
<p id="said" role="status" aria-live="polite"></p>
<div id="out" hidden>
<button id="by-link" type="button" hidden>${text('byLink')}</button>
<form id="form">
<label>${text('name')} <input id="name" autocomplete="username" autocapitalize="none" required></label>
<label>${text('password')} <input id="password" type="password" autocomplete="current-password" required></label>
<button>${text('signIn')}</button>
</form>
<button id="by-passkey" type="button" hidden>${text('byPasskey')}</button>
${provider('by-provider', text('byProvider'))}</div>
<div id="in" hidden>
<p>${text('signedInAs')} <strong id="who"></strong></p>
<form id="set" data-done="${text('passwordSet')}" hidden>
<label>${text('newPassword')} <input id="new" type="password" autocomplete="new-password" minlength="12" required></label>
<button>${text('setPassword')}</button>
</form>
<button id="add-passkey" type="button" data-done="${text('passkeyAdded')}" hidden>${text('addPasskey')}</button>
${provider('bind', text('bind'))}<button id="sign-out" type="button">${text('signOut')}</button>
</div>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
