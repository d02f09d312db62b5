// Goal: files of certificates are read as people have them, and broken ones refused. Method: texts by table.
import { toBase64, utf8Encode } from '@hefu/bytes';
import { expect, it } from 'vitest';
import { certificatesOfPem, CERTIFICATES_TEXT_MAX } from './pem.ts';

const block = (content: string): string =>
  `-----BEGIN CERTIFICATE-----\r\n${toBase64(utf8Encode(content))}\n-----END CERTIFICATE-----\n`;

it('reads one, several, and what people write between them', () => {
  expect(certificatesOfPem(block('a'))).toEqual([utf8Encode('a')]);
  const text = `subject=/CN=clerk\n${block('one')}\nissuer\n${block('two')}`;
  expect(certificatesOfPem(text)).toEqual([utf8Encode('one'), utf8Encode('two')]);
});

it.each([
  ['nothing', ''],
  ['another kind', block('a').replaceAll('CERTIFICATE', 'PRIVATE KEY')],
  ['no end', block('a').replace('-----END CERTIFICATE-----', '')],
  ['no base64', block('a').replace(toBase64(utf8Encode('a')), '!!!')],
  ['an empty one', block('')],
  ['a broken one behind a good one', `${block('a')}-----BEGIN CERTIFICATE-----\nAA`],
  ['too much', block('a') + ' '.repeat(CERTIFICATES_TEXT_MAX)],
])('refuses %s', (_what, text) => {
  expect(certificatesOfPem(text)).toBeUndefined();
});
