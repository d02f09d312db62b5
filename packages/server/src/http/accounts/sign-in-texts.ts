import type { Language } from '../../problems/definition.ts';

/** What the sign-in page says. */
export interface SignInTexts {
  readonly title: string;
  readonly name: string;
  readonly password: string;
  readonly signIn: string;
  readonly byLink: string;
  readonly newPassword: string;
  readonly setPassword: string;
  readonly passwordSet: string;
  readonly signedInAs: string;
  readonly signOut: string;
  readonly byProvider: string;
  readonly bind: string;
  readonly byPasskey: string;
  readonly addPasskey: string;
  readonly passkeyAdded: string;
  readonly noScript: string;
}

export const SIGN_IN_TEXTS: Readonly<Record<Language, SignInTexts>> = {
  en: {
    title: 'Sign in to this node',
    name: 'Name',
    password: 'Password',
    signIn: 'Sign in',
    byLink: 'Sign in with this link',
    newPassword: 'New password (12 characters or more)',
    setPassword: 'Set password',
    passwordSet: 'The password is set.',
    signedInAs: 'Signed in as',
    signOut: 'Sign out',
    byProvider: 'Sign in by your organisation',
    bind: 'Bind your sign-in at your organisation',
    byPasskey: 'Sign in with a passkey',
    addPasskey: 'Add a passkey',
    passkeyAdded: 'The passkey is added.',
    noScript: 'This page needs JavaScript; API keys do not.',
  },
  zh: {
    title: '登录本节点',
    name: '用户名',
    password: '密码',
    signIn: '登录',
    byLink: '使用此链接登录',
    newPassword: '新密码(至少 12 个字符)',
    setPassword: '设置密码',
    passwordSet: '密码已设置。',
    signedInAs: '已登录为',
    signOut: '退出登录',
    byProvider: '通过您的组织登录',
    bind: '绑定您在组织的登录身份',
    byPasskey: '使用通行密钥登录',
    addPasskey: '添加通行密钥',
    passkeyAdded: '通行密钥已添加。',
    noScript: '此页面需要 JavaScript;API 密钥则不需要。',
  },
  ru: {
    title: 'Вход на этот узел',
    name: 'Имя',
    password: 'Пароль',
    signIn: 'Войти',
    byLink: 'Войти по этой ссылке',
    newPassword: 'Новый пароль (не менее 12 знаков)',
    setPassword: 'Задать пароль',
    passwordSet: 'Пароль задан.',
    signedInAs: 'Вы вошли как',
    signOut: 'Выйти',
    byProvider: 'Войти через вашу организацию',
    bind: 'Привязать вход вашей организации',
    byPasskey: 'Войти с ключом доступа',
    addPasskey: 'Добавить ключ доступа',
    passkeyAdded: 'Ключ доступа добавлен.',
    noScript: 'Этой странице нужен JavaScript; ключам API он не нужен.',
  },
};
