import { problem } from './definition.ts';

/** Why a statement of another system is not registered, and what is not found of those that are (SCITT). */
export const SCITT_PROBLEMS = {
  'scitt-too-large': problem(413, {
    en: 'A statement to be registered has at most 65,536 bytes; register one that names the digest of what is larger.',
    zh: '待登记的声明最多 65,536 字节;更大的内容请登记只含其摘要的声明。',
    ru: 'Регистрируемое заявление занимает не более 65 536 байт; для большего зарегистрируйте заявление с его дайджестом.',
  }),
  'scitt-malformed': problem(400, {
    en: 'This is not a COSE_Sign1 Signed Statement.',
    zh: '这不是 COSE_Sign1 签名声明。',
    ru: 'Это не подписанное заявление COSE_Sign1.',
  }),
  'scitt-payload-detached': problem(400, {
    en: 'The Signed Statement’s payload must be present; a digest as payload does where the content is to stay away.',
    zh: '签名声明必须包含载荷;若内容不便提供,可以其摘要为载荷。',
    ru: 'Содержимое подписанного заявления должно быть внутри; если его нельзя отдавать, достаточно дайджеста.',
  }),
  'scitt-algorithm': problem(400, {
    en: 'The Signed Statement contained a non-supported algorithm; EdDSA (Ed25519) and ES256 are supported.',
    zh: '签名声明使用了不支持的算法;支持 EdDSA(Ed25519)与 ES256。',
    ru: 'Алгоритм подписанного заявления не поддерживается; поддерживаются EdDSA (Ed25519) и ES256.',
  }),
  'scitt-critical-header': problem(400, {
    en: 'The Signed Statement marks a header as critical that is not understood here.',
    zh: '签名声明将此处不理解的头标为关键。',
    ru: 'Подписанное заявление помечает критическим заголовок, который здесь не понимают.',
  }),
  'scitt-claims': problem(400, {
    en: 'The protected header lacks CWT claims with issuer and subject, or one of them has another form.',
    zh: '受保护头缺少含签发者与主题的 CWT 声明项,或其格式有误。',
    ru: 'В защищённом заголовке нет утверждений CWT с издателем и предметом, или одно из них иной формы.',
  }),
  'scitt-hash-envelope': problem(400, {
    en: 'The hash envelope breaks its rules (RFC 9995): signed labels, a known hash, a payload of its size, no content type.',
    zh: '哈希信封不合规则(RFC 9995):标签须受签名保护,哈希须已知,载荷长度须相符,且无内容类型。',
    ru: 'Хеш-конверт нарушает свои правила (RFC 9995): подписанные метки, известный хеш, содержимое его размера, без типа содержимого.',
  }),
  'scitt-is-call': problem(400, {
    en: 'This is a call of a contract: submit it to /v1/statements of its chain.',
    zh: '这是合约调用:请提交到其所属链的 /v1/statements。',
    ru: 'Это вызов контракта: отправьте его на /v1/statements его цепочки.',
  }),
  'scitt-expired': problem(400, {
    en: 'The Signed Statement has expired by its own claims.',
    zh: '按其自身的声明项,该签名声明已过期。',
    ru: 'Срок подписанного заявления истёк по его собственным утверждениям.',
  }),
  'scitt-not-yet': problem(400, {
    en: 'By its own claims the Signed Statement does not count yet.',
    zh: '按其自身的声明项,该签名声明尚未生效。',
    ru: 'По собственным утверждениям подписанное заявление ещё не действует.',
  }),
  'scitt-issuer-unknown': problem(400, {
    en: 'No organisation of this chain answers for this issuer; an admin registers it.',
    zh: '本链没有机构为该签发者负责;须由管理员登记。',
    ru: 'Ни одна организация цепочки не отвечает за этого издателя; его регистрирует администратор.',
  }),
  'scitt-key-unknown': problem(400, {
    en: 'The issuer has no key of the name that the Signed Statement gives.',
    zh: '该签发者没有签名声明所指名称的密钥。',
    ru: 'У издателя нет ключа с именем, названным в подписанном заявлении.',
  }),
  'scitt-key-ambiguous': problem(400, {
    en: 'The issuer has several keys: the Signed Statement has to name one (`kid`).',
    zh: '该签发者有多个密钥:签名声明须指明其一(`kid`)。',
    ru: 'У издателя несколько ключей: подписанное заявление должно назвать один (`kid`).',
  }),
  'scitt-algorithm-mismatch': problem(400, {
    en: 'The issuer’s key is of another algorithm than the Signed Statement names.',
    zh: '签发者密钥的算法与签名声明所指不同。',
    ru: 'Ключ издателя другого алгоритма, чем назван в подписанном заявлении.',
  }),
  'scitt-issuer-expired': problem(400, {
    en: 'The registration of the issuer’s key has ended.',
    zh: '该签发者密钥的登记已到期。',
    ru: 'Срок регистрации ключа издателя истёк.',
  }),
  'scitt-locator-invalid': problem(400, {
    en: 'The locator of an entry is its digest: 64 hexadecimal digits, lower case.',
    zh: '条目的定位符是其摘要:64 位小写十六进制数字。',
    ru: 'Указатель записи — её дайджест: 64 шестнадцатеричные цифры в нижнем регистре.',
  }),
  'scitt-entry-not-found': problem(404, {
    en: 'No statement with this digest is registered on this chain.',
    zh: '本链没有登记此摘要的声明。',
    ru: 'Заявление с таким дайджестом в этой цепочке не зарегистрировано.',
  }),
  'scitt-key-not-found': problem(404, {
    en: 'No receipt of this chain is signed by a key with this id.',
    zh: '本链的收据不由此标识的密钥签署。',
    ru: 'Квитанции этой цепочки не подписываются ключом с таким идентификатором.',
  }),
} as const;
