import { problem } from './definition.ts';

/** Problems of signing in, of accounts and of what they may do. */
export const ACCOUNT_PROBLEMS = {
  'role-insufficient': problem(403, {
    en: 'Whoever you are to this node, your roles do not allow this.',
    zh: '您在本节点的角色不允许此操作。',
    ru: 'Ваши роли на этом узле этого не позволяют.',
  }),
  'request-cross-site': problem(403, {
    en: 'A page of another site made the browser send this, or the header Hefu-Request is missing.',
    zh: '此请求由其他网站的页面触发,或缺少 Hefu-Request 头。',
    ru: 'Этот запрос отправила страница другого сайта, либо нет заголовка Hefu-Request.',
  }),
  'session-needed': problem(403, {
    en: 'Only somebody who is signed in can do this, not a key or token.',
    zh: '只有已登录的用户可以执行此操作,密钥或令牌不可以。',
    ru: 'Это может сделать только вошедший пользователь, а не ключ или токен.',
  }),
  'sign-in-again': problem(403, {
    en: 'This needs a sign-in of the last quarter of an hour; sign in again.',
    zh: '此操作要求在最近一刻钟内登录过;请重新登录。',
    ru: 'Для этого нужен вход не позднее четверти часа назад; войдите снова.',
  }),
  'sign-in-failed': problem(401, {
    en: 'Name or password is wrong.',
    zh: '用户名或密码错误。',
    ru: 'Неверное имя или пароль.',
  }),
  'sign-in-link-invalid': problem(401, {
    en: 'The link was used, has expired or never was one; ask for a new one.',
    zh: '该链接已使用、已过期或不存在;请索取新的链接。',
    ru: 'Ссылка уже использована, просрочена или не существует; попросите новую.',
  }),
  'sign-in-throttled': problem(
    429,
    {
      en: 'Too many wrong passwords; wait as long as Retry-After says.',
      zh: '密码错误次数过多;请按 Retry-After 等待。',
      ru: 'Слишком много неверных паролей; подождите, сколько сказано в Retry-After.',
    },
    { retryable: true },
  ),
  'sign-in-busy': problem(
    503,
    {
      en: 'Too many passwords are being checked right now; try again in a moment.',
      zh: '当前正在校验的密码过多;请稍后再试。',
      ru: 'Сейчас проверяется слишком много паролей; попробуйте через мгновение.',
    },
    { retryable: true },
  ),
  'user-not-found': problem(404, {
    en: 'There is no such user.',
    zh: '没有该用户。',
    ru: 'Такого пользователя нет.',
  }),
  'user-exists': problem(409, {
    en: 'A user of this name is there already.',
    zh: '该用户名已存在。',
    ru: 'Пользователь с таким именем уже есть.',
  }),
  'user-name-invalid': problem(422, {
    en: 'A name to sign in with has 1 to 64 of a–z 0–9 . _ @ + -; other names have 1 to 100 visible characters.',
    zh: '登录名由 1 至 64 个 a–z 0–9 . _ @ + - 字符组成;其他名称为 1 至 100 个可见字符。',
    ru: 'Имя для входа состоит из 1–64 знаков a–z 0–9 . _ @ + -; другие имена — из 1–100 видимых знаков.',
  }),
  'roles-invalid': problem(422, {
    en: 'Roles are one or more of admin, operator, member, auditor, read-only.',
    zh: '角色为 admin、operator、member、auditor、read-only 中的一个或多个。',
    ru: 'Роли — одна или несколько из admin, operator, member, auditor, read-only.',
  }),
  'member-invalid': problem(422, {
    en: 'A member is named by organisation and name: acme/clerk.',
    zh: '成员以组织和名称表示,例如 acme/clerk。',
    ru: 'Участник называется организацией и именем: acme/clerk.',
  }),
  'member-missing': problem(422, {
    en: 'The role member needs the member of the chain that is stood for.',
    zh: '角色 member 需要指明所代表的链上成员。',
    ru: 'Для роли member нужно назвать участника цепочки, за которого действуют.',
  }),
  'last-admin': problem(409, {
    en: 'This is the last user who can manage accounts; make another one first.',
    zh: '这是最后一个可以管理账户的用户;请先设立另一个。',
    ru: 'Это последний, кто может управлять учётными записями; сначала назначьте другого.',
  }),
  'accounts-full': problem(409, {
    en: 'This node holds as many users or keys as it can; revoke or disable some first.',
    zh: '本节点的用户或密钥已达上限;请先停用一些。',
    ru: 'На узле уже предельное число пользователей или ключей; сначала отключите лишние.',
  }),
  'accounts-storage-full': problem(
    507,
    {
      en: 'The disk with the accounts of this node is full: nothing of this was done, and what is to be told in the audit trail waits.',
      zh: '本节点账户所在磁盘已满:此操作未执行,待写入审计日志的内容将等待。',
      ru: 'Диск с учётными записями узла заполнен: ничего из этого не сделано, а записи журнала аудита ждут.',
    },
    { retryable: true },
  ),
  'accounts-unavailable': problem(
    503,
    {
      en: 'The accounts of this node cannot be written now: nothing of this was done; reading goes on.',
      zh: '本节点的账户目前无法写入:此操作未执行;读取照常。',
      ru: 'Учётные записи узла сейчас нельзя записать: ничего из этого не сделано; чтение продолжается.',
    },
    { retryable: true },
  ),
  'password-too-short': problem(422, {
    en: 'A password has at least 12 characters.',
    zh: '密码至少 12 个字符。',
    ru: 'Пароль содержит не менее 12 знаков.',
  }),
  'password-too-long': problem(422, {
    en: 'A password has at most 128 characters.',
    zh: '密码最多 128 个字符。',
    ru: 'Пароль содержит не более 128 знаков.',
  }),
  'password-guessable': problem(422, {
    en: 'This password is among the first that would be guessed; a few words that do not belong together are good.',
    zh: '该密码很容易被猜中;可用几个互不相关的词。',
    ru: 'Этот пароль угадают одним из первых; подойдут несколько не связанных между собой слов.',
  }),
  'password-wrong': problem(403, {
    en: 'The current password is wrong.',
    zh: '当前密码错误。',
    ru: 'Текущий пароль неверен.',
  }),
  'session-not-found': problem(404, {
    en: 'There is no such session; it may have ended.',
    zh: '没有该会话;它可能已经结束。',
    ru: 'Такого сеанса нет; возможно, он закончился.',
  }),
  'oidc-not-configured': problem(404, {
    en: 'This node has no provider to sign in by.',
    zh: '本节点未配置用于登录的身份提供方。',
    ru: 'На этом узле не настроен поставщик входа.',
  }),
  'oidc-unreachable': problem(
    503,
    {
      en: 'The provider to sign in by does not answer; sign in otherwise, or try again in a moment.',
      zh: '身份提供方没有应答;请以其他方式登录,或稍后再试。',
      ru: 'Поставщик входа не отвечает; войдите иначе или попробуйте немного позже.',
    },
    { retryable: true },
  ),
  'oidc-not-proven': problem(403, {
    en: 'What came back from the provider proves nobody, or was begun in another browser; begin again.',
    zh: '身份提供方返回的内容未能证明任何人,或是在另一浏览器中发起的;请重新开始。',
    ru: 'Ответ поставщика никого не доказывает или начат в другом браузере; начните снова.',
  }),
  'oidc-not-linked': problem(403, {
    en: 'Nobody here is bound to who you are there; sign in otherwise and bind yourself first.',
    zh: '本节点没有与您在提供方的身份绑定的用户;请先以其他方式登录并绑定。',
    ru: 'Здесь никто не привязан к вашей учётной записи там; сначала войдите иначе и привяжите её.',
  }),
  'passkey-not-proven': problem(422, {
    en: 'What the browser answered does not prove a new passkey for this node; begin again.',
    zh: '浏览器的应答未能证明这是本节点的新通行密钥;请重新开始。',
    ru: 'Ответ браузера не доказывает новый ключ доступа к этому узлу; начните снова.',
  }),
  'passkey-exists': problem(409, {
    en: 'This passkey is there already.',
    zh: '该通行密钥已存在。',
    ru: 'Такой ключ доступа уже есть.',
  }),
  'passkey-not-found': problem(404, {
    en: 'You have no such passkey.',
    zh: '您没有该通行密钥。',
    ru: 'У вас нет такого ключа доступа.',
  }),
  'api-key-not-found': problem(404, {
    en: 'There is no such API key.',
    zh: '没有该 API 密钥。',
    ru: 'Такого ключа API нет.',
  }),
  'api-key-life-invalid': problem(422, {
    en: 'An API key lives from one second to five years.',
    zh: 'API 密钥的有效期为一秒至五年。',
    ru: 'Ключ API действует от одной секунды до пяти лет.',
  }),
  'member-not-linked': problem(403, {
    en: 'You stand for no member of the chain, so there is no key to sign with.',
    zh: '您未关联链上成员,因此没有可用于签署的密钥。',
    ru: 'Вы не представляете ни одного участника цепочки, поэтому подписывать нечем.',
  }),
  'signing-key-missing': problem(409, {
    en: 'This node keeps no key of your member that counts on the chain now.',
    zh: '本节点没有您的成员当前在链上有效的密钥。',
    ru: 'На этом узле нет ключа вашего участника, который сейчас действует в цепочке.',
  }),
  'signer-unavailable': problem(
    503,
    {
      en: 'The device that holds the key could not sign; nothing was submitted.',
      zh: '保管密钥的设备未能签名;未提交任何内容。',
      ru: 'Устройство, в котором лежит ключ, не смогло подписать; ничего не отправлено.',
    },
    { retryable: true },
  ),
} as const;
