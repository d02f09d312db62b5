import { problem } from './definition.ts';

/** Why a statement was turned away before it was ordered: it has no entry, and its id stays free. */
export const ADMISSION_PROBLEMS = {
  'statement-too-large': problem(413, {
    en: 'A statement has at most 65,536 bytes; larger things travel beside it as attachments.',
    zh: '一条声明最多 65,536 字节;较大的内容请作为附件随行。',
    ru: 'Заявление занимает не более 65 536 байт; большее передаётся рядом, как вложение.',
  }),
  'statement-malformed': problem(400, {
    en: 'This is not a COSE_Sign1 statement.',
    zh: '这不是 COSE_Sign1 声明。',
    ru: 'Это не заявление COSE_Sign1.',
  }),
  'statement-not-canonical': problem(400, {
    en: 'The statement is not in deterministic CBOR; there is exactly one accepted encoding.',
    zh: '声明未采用确定性 CBOR;只接受唯一的一种编码。',
    ru: 'Заявление не в детерминированном CBOR; принимается ровно одна кодировка.',
  }),
  'statement-unprotected-header': problem(400, {
    en: 'The unprotected header of a statement must be empty: the signature does not cover it.',
    zh: '声明的未保护头必须为空:签名不覆盖它。',
    ru: 'Незащищённый заголовок заявления должен быть пуст: подпись его не покрывает.',
  }),
  'statement-algorithm': problem(400, {
    en: 'The statement names a signature algorithm that Hefu does not know.',
    zh: '声明使用了 Hefu 不认识的签名算法。',
    ru: 'В заявлении назван неизвестный Hefu алгоритм подписи.',
  }),
  'statement-header': problem(400, {
    en: 'The protected header of the statement lacks a member, has one too many or one of the wrong form.',
    zh: '声明的受保护头缺少成员、成员多余或格式有误。',
    ru: 'В защищённом заголовке заявления не хватает поля, есть лишнее или неверное.',
  }),
  'statement-payload': problem(400, {
    en: 'The payload of the statement does not have the form [chain, contract, method, args, nonce, expires].',
    zh: '声明的载荷不符合 [chain, contract, method, args, nonce, expires] 的形式。',
    ru: 'Содержимое заявления не имеет вида [chain, contract, method, args, nonce, expires].',
  }),
  'wrong-chain': problem(422, {
    en: 'The statement was signed for another chain.',
    zh: '该声明是为另一条链签署的。',
    ru: 'Заявление подписано для другой цепочки.',
  }),
  'algorithm-not-admitted': problem(422, {
    en: 'The genesis of this chain does not admit this signature algorithm.',
    zh: '本链的创世文件不允许该签名算法。',
    ru: 'Генезис этой цепочки не допускает такой алгоритм подписи.',
  }),
  expired: problem(422, {
    en: 'The statement has expired; sign a new one.',
    zh: '声明已过期;请重新签署。',
    ru: 'Срок заявления истёк; подпишите новое.',
  }),
  'expiry-too-far': problem(422, {
    en: 'A statement may expire at most 24 hours ahead; check the clock of the signing machine.',
    zh: '声明的有效期最多为 24 小时;请检查签名机器的时钟。',
    ru: 'Срок заявления не может быть дальше 24 часов; проверьте часы подписывающей машины.',
  }),
  'unknown-signer': problem(403, {
    en: 'No member of this chain has the key that the statement names.',
    zh: '本链没有成员拥有声明所指的密钥。',
    ru: 'Ни у одного участника цепочки нет ключа, названного в заявлении.',
  }),
  'key-not-valid': problem(403, {
    en: 'The signer’s key is not valid now: it is not yet in force, was rotated or was revoked.',
    zh: '签署者的密钥当前无效:尚未生效、已轮换或已撤销。',
    ru: 'Ключ подписавшего сейчас не действует: ещё не вступил в силу, заменён или отозван.',
  }),
  'key-wrong-purpose': problem(403, {
    en: 'The key is registered for another purpose than signing statements.',
    zh: '该密钥登记的用途不是签署声明。',
    ru: 'Ключ зарегистрирован не для подписания заявлений.',
  }),
  'issuer-mismatch': problem(403, {
    en: 'The key belongs to another member than the one the statement names.',
    zh: '该密钥不属于声明所指的成员。',
    ru: 'Ключ принадлежит не тому участнику, который назван в заявлении.',
  }),
  'signature-wrong': problem(403, {
    en: 'The signature does not fit the statement and the key.',
    zh: '签名与声明和密钥不符。',
    ru: 'Подпись не соответствует заявлению и ключу.',
  }),
  'attachment-missing': problem(422, {
    en: 'The statement names an attachment that this node does not hold; PUT it to /v1/attachments/{digest} first.',
    zh: '声明所指的附件不在本节点;请先 PUT 到 /v1/attachments/{digest}。',
    ru: 'Заявление ссылается на вложение, которого нет на узле; сначала отправьте его PUT на /v1/attachments/{digest}.',
  }),
  'attachment-mismatch': problem(422, {
    en: 'The attachment does not have the digest, size, root or count that is claimed for it.',
    zh: '附件的摘要、大小、树根或数量与所声明的不符。',
    ru: 'Дайджест, размер, корень или число элементов вложения не те, что заявлены.',
  }),
  'attachment-malformed': problem(422, {
    en: 'The attachment is not a bundle of items as the method declares; `data.item` counts to the first wrong one.',
    zh: '附件不是方法所声明的条目包;`data.item` 指出第一个有误的条目。',
    ru: 'Вложение не является пакетом элементов, объявленным методом; `data.item` — номер первого неверного.',
  }),
  'attachment-too-large': problem(413, {
    en: 'The attachment is larger than the consortium or the node takes beside the ledger; keep it in the vault.',
    zh: '附件超过联盟或节点随账本接收的上限;请存入保险库。',
    ru: 'Вложение больше, чем консорциум или узел принимает рядом с журналом; храните его в хранилище.',
  }),
  'attachments-full': problem(
    503,
    {
      en: 'Too many attachments wait for their statements; send this one again after a moment.',
      zh: '等待声明的附件过多;请稍后重新发送。',
      ru: 'Слишком много вложений ждёт своих заявлений; отправьте это немного позже.',
    },
    { retryable: true },
  ),
  'attachments-share-full': problem(
    503,
    {
      en: 'Too many attachments of callers without a token wait for their statements, and the room that is left is the operator’s; send this one again after a moment.',
      zh: '无令牌调用者等待声明的附件过多,其余空间留给运维者;请稍后重新发送。',
      ru: 'Слишком много вложений, присланных без токена, ждёт своих заявлений, а оставшееся место отведено оператору; отправьте это немного позже.',
    },
    { retryable: true },
  ),
  'queue-full': problem(
    503,
    {
      en: 'Too many statements are waiting; send this one again after a moment.',
      zh: '等待处理的声明过多;请稍后重新发送。',
      ru: 'Слишком много заявлений ждёт очереди; отправьте это немного позже.',
    },
    { retryable: true },
  ),
  'store-full': problem(
    507,
    {
      en: 'The disk of this node is full: reading goes on, writing waits until the operator makes room.',
      zh: '本节点磁盘已满:读取照常,写入须待运维者腾出空间。',
      ru: 'Диск узла заполнен: чтение продолжается, запись ждёт, пока оператор освободит место.',
    },
    { retryable: true },
  ),
  halted: problem(
    503,
    {
      en: 'The ledger of this chain has stopped for safety and takes no statements; reading goes on.',
      zh: '本链账本为安全起见已停止,不再接受声明;读取照常。',
      ru: 'Журнал этой цепочки остановлен ради безопасности и не принимает заявлений; чтение продолжается.',
    },
    { retryable: true },
  ),
  'chain-read-only': problem(
    503,
    {
      en: 'This node holds less of the chain than it has signed or published, or something else, and takes no statements until its operator has supplied what is missing; reading goes on.',
      zh: '本节点所持有的链少于其已签署或已公布的内容,或与之不符;在运维者补齐之前不接受声明;读取照常。',
      ru: 'На узле меньше цепочки, чем он подписал или опубликовал, или там иное; он не принимает заявлений, пока оператор не восполнит недостающее; чтение продолжается.',
    },
    { retryable: true },
  ),
  'disk-low': problem(
    503,
    {
      en: 'The disk of this node is nearly full: reading goes on, and writing begins again by itself once there is room.',
      zh: '本节点磁盘将满:读取照常,腾出空间后写入自动恢复。',
      ru: 'Диск узла почти заполнен: чтение продолжается, а запись возобновится сама, когда появится место.',
    },
    { retryable: true },
  ),
  'commit-timeout': problem(
    504,
    {
      en: 'The statement was not committed within the time you would wait; it may be still: send the same bytes again to learn.',
      zh: '声明未在您愿意等待的时间内提交,但仍可能提交:重发相同字节即可得知结果。',
      ru: 'Заявление не зафиксировано за отведённое время, но ещё может быть: отправьте те же байты снова, чтобы узнать.',
    },
    { retryable: true },
  ),
} as const;
