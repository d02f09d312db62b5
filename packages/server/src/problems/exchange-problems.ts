import { problem } from './definition.ts';

/** Problems of granting objects to other organisations, pulling granted ones, and erasing. */
export const EXCHANGE_PROBLEMS = {
  'exchange-refused': problem(403, {
    en: 'You are not proven to be who was granted this, or took too long; begin the pull again.',
    zh: '未能证明您是被授权方,或耗时过长;请重新开始拉取。',
    ru: 'Не доказано, что доступ дан именно вам, или прошло слишком много времени; начните заново.',
  }),
  'exchange-unavailable': problem(
    503,
    {
      en: 'This node holds no key of an admin or operator of its organisation to prove itself with.',
      zh: '本节点没有所属机构管理员或运维者的密钥,无法证明自己。',
      ru: 'У узла нет ключа администратора или оператора своей организации, чтобы подтвердить себя.',
    },
    { retryable: true },
  ),
  'recipient-not-registered': problem(403, {
    en: 'The encryption key is not the one that the organisation has registered on the ledger; register the node’s own, or pull with the node that has it.',
    zh: '该加密密钥不是该机构在账本上登记的密钥;请登记本节点的密钥,或用持有该密钥的节点拉取。',
    ru: 'Это не тот ключ шифрования, который организация зарегистрировала в журнале; зарегистрируйте ключ узла или загружайте узлом, у которого есть зарегистрированный.',
  }),
  'vault-held': problem(
    503,
    {
      en: 'The chain of this node is behind what was published: what was erased since is not known, so that nothing is given out of the vault until the missing entries are supplied.',
      zh: '本节点的链落后于已公布的内容:此后抹除了哪些对象尚不可知,补齐缺失条目之前保险库不提供任何内容。',
      ru: 'Цепочка узла отстаёт от опубликованного: что с тех пор стёрто, неизвестно, и хранилище ничего не выдаёт, пока не восполнены недостающие записи.',
    },
    { retryable: true },
  ),
  'grant-ended': problem(403, {
    en: 'The grant was revoked or has ended.',
    zh: '该授权已撤销或已到期。',
    ru: 'Доступ отозван или истёк.',
  }),
  'granter-unreachable': problem(
    504,
    {
      en: 'The granter’s node does not answer; what has come is kept, and the pull can be begun again.',
      zh: '授权方节点没有响应;已收到的内容会保留,可重新开始拉取。',
      ru: 'Узел владельца не отвечает; полученное сохранено, загрузку можно продолжить.',
    },
    { retryable: true },
  ),
  'granter-not-understood': problem(502, {
    en: 'What the granter’s node answers is no answer to this; check the address.',
    zh: '授权方节点的应答无法理解;请检查地址。',
    ru: 'Ответ узла владельца непонятен; проверьте адрес.',
  }),
  'granter-not-proven': problem(502, {
    en: 'The node at this address does not prove to be of the chain and organisation it says; nothing was told it.',
    zh: '该地址的节点未能证明其所属的链和机构;未向其提供任何信息。',
    ru: 'Узел по этому адресу не подтвердил свою цепочку и организацию; ему ничего не сообщено.',
  }),
  'grant-not-proven': problem(502, {
    en: 'The granter’s node does not prove that this grant is on the ledger.',
    zh: '授权方节点未能证明该授权在账本上。',
    ru: 'Узел владельца не доказал, что этот доступ записан в журнале.',
  }),
  'object-not-proven': problem(502, {
    en: 'What came is not the object of the grant; nothing was kept.',
    zh: '收到的内容不是所授权的对象;未保存任何内容。',
    ru: 'Получен не тот объект, на который дан доступ; ничего не сохранено.',
  }),
  'member-key-missing': problem(422, {
    en: 'This node’s keystore holds no such key for signing of a member of its organisation.',
    zh: '本节点的密钥库中没有本机构成员的该签名密钥。',
    ru: 'В хранилище ключей узла нет такого ключа подписи участника его организации.',
  }),
  'trust-invalid': problem(422, {
    en: 'The trust file is not one, or its handovers are not proven.',
    zh: '信任文件无效,或其交接未被证明。',
    ru: 'Файл доверия неверен, или его передачи полномочий не доказаны.',
  }),
} as const;
