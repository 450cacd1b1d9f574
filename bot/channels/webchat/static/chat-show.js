/*
 * What the page shows: its own words, messages, buttons, number and code.
 */

import { chat, request } from './chat-wire.js';

const CODE_SECONDS = 60;
// Eight digits of any script at the beginning; old browsers know no classes of signs.
const DIGITS = '0-9\\u0660-\\u0669\\u06f0-\\u06f9\\u0966-\\u096f\\u09e6-\\u09ef' +
  '\\u0a66-\\u0a6f\\u0be6-\\u0bef\\u1040-\\u1049\\uff10-\\uff19';
const BETWEEN = `[^A-Za-z${DIGITS}]`;
const KEYS = new RegExp(`^${BETWEEN}{0,4}[${DIGITS}](?:${BETWEEN}{0,3}[${DIGITS}]){7}`);
const DOTS = '\u2022\u2022\u2022\u2022';
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]/g;
const LEFT_TO_RIGHT = /[A-Za-z\u00c0-\u058f\u0900-\u1fff\u3040-\ud7ff]/g;

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const log = byId('log');
const box = byId('text');
const again = byId('again');

let texts = JSON.parse(root.dataset.texts);
let spoken = root.lang;
let retry = null;
let hideCode = null;
let shown = new Set();

export function words(key, values) {
  const fill = (all, name) => (values && name in values ? values[name] : all);
  return (texts[key] || '').replace(/\{(\w+)\}/g, fill);
}

function dress() {
  const each = (name, put) => document.querySelectorAll(`[data-${name}]`)
    .forEach((e) => put(e, words(e.dataset[name])));
  each('text', (e, word) => { e.textContent = word; });
  each('label', (e, word) => { e.setAttribute('aria-label', word); });
  each('title', (e, word) => { e.title = word; });
  document.title = words('title');
  grow();
}

// The page follows the language of the conversation; until its own words have come, the old ones
// serve.
async function speak(lang, dir) {
  root.lang = lang;
  root.dir = dir;
  if (lang === spoken) return;
  try {
    const answer = await request('GET', '/chat/shell/' + encodeURIComponent(lang));
    if (!answer.data || root.lang !== lang || chat.left) return;
    texts = answer.data.texts;
    spoken = lang;
    dress();
  } catch (e) { /* the next reply asks again */ }
}

export function grow() {
  box.dir = box.value ? 'auto' : root.dir;
  box.style.height = 'auto';
  box.style.height = box.scrollHeight + 2 + 'px';
}

function element(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function paragraph(text, dir) {
  const made = element('p', '', text);
  made.dir = dir || 'auto';
  return made;
}

// A name in another script at the beginning must not turn a message round, but a whole text in
// another language, shown where there is no translation yet, must.
function direction(text, dir) {
  const leftwards = (text.match(RIGHT_TO_LEFT) || []).length;
  const all = leftwards + (text.match(LEFT_TO_RIGHT) || []).length;
  const share = all ? leftwards / all : 0;
  if (dir === 'rtl') return all && share < 0.2 ? 'ltr' : 'rtl';
  return share > 0.8 ? 'rtl' : 'ltr';
}

// Numbers are dialled and copied: their groups stay on one line.
function paragraphs(text, dir) {
  const turned = direction(text, dir) !== dir;
  return text.replace(/(\d) (?=\d)/g, '$1\u00a0').split(/\n{2,}/)
    .map((one) => paragraph(one, turned ? direction(one, dir) : dir));
}

// Number and code are shown large below, so the lines that tell them are not shown twice.
function withoutKeys(message) {
  const large = [grouped(message.reference || '', 4), grouped(message.code || '', 3)].filter(Boolean);
  return message.text.split('\n').filter((line) => !large.some((one) => line.includes(one))).join('\n');
}

export function atEnd() {
  return window.innerHeight + window.pageYOffset >= root.scrollHeight - 120;
}

// A reply is read from its beginning: its question stays on top, or all of it fits.
export function scrollTo(target) {
  const top = target.getBoundingClientRect().top + window.pageYOffset;
  window.scrollTo(0, top - document.querySelector('header').offsetHeight - 8);
}

export function notice(text, label, action) {
  const end = atEnd();
  byId('status').textContent = text || '';
  again.textContent = label || '';
  again.hidden = !label;
  retry = action || null;
  if (end && text) window.scrollTo(0, root.scrollHeight);
}

// What begins like a number or a code is not left standing for whoever looks at the screen later.
function unreadable(text) {
  return KEYS.test(text) ? DOTS : text;
}

export function showOwn(text) {
  const made = element('div', 'own waiting');
  made.append(element('span', 'unseen', words('you')), paragraph(unreadable(text)));
  log.append(made);
  scrollTo(made);
  return made;
}

export function showReply(reply) {
  retire();
  if (hideCode) hideCode();
  speak(reply.lang, reply.dir);
  return reply.messages.map((m) => showMessage(m, reply)).filter(Boolean);
}

export function showMessage(message, reply) {
  if (shown.has(message.id)) return null;
  shown.add(message.id);
  const made = element('div', 'said');
  made.lang = reply.lang;
  made.append(...paragraphs(withoutKeys(message), reply.dir));
  if (message.phone) made.append(call(message.phone));
  if (message.reference || message.code) keys(made, message);
  log.append(made);
  if (message.choices && message.choices.length) log.append(rows(message.choices, reply));
  return made;
}

function call(phone) {
  const made = element('a', 'button call');
  const number = element('bdi', '', phone);
  number.dir = 'ltr';
  made.href = 'tel:' + phone.replace(/[^+\d]/g, '');
  made.append(element('span', '', words('call')), number);
  return made;
}

function rows(choices, reply) {
  const made = element('div', 'rows');
  made.lang = reply.lang;
  choices.forEach((row) => {
    const line = element('div', 'row');
    row.forEach((choice) => line.append(button(choice)));
    made.append(line);
  });
  return made;
}

function button(choice) {
  const made = element('button', '');
  made.type = 'button';
  made.dataset.choice = choice.id;
  made.append(element('bdi', '', choice.label));
  return made;
}

// Buttons of an answered question stay readable but do nothing.  The one that holds the focus
// keeps it until it is left, so that the keyboard goes on from here and not from the top.
function retire() {
  log.querySelectorAll('button:not(:disabled)').forEach((b) => {
    b.setAttribute('aria-disabled', 'true');
    if (b !== document.activeElement) b.disabled = true;
    else b.addEventListener('blur', () => { b.disabled = true; }, { once: true });
  });
}

function grouped(digits, size) {
  return digits.replace(new RegExp('(.{' + size + '})(?=.)', 'g'), '$1 ');
}

function keys(made, message) {
  const list = element('dl', 'keys');
  [['number', message.reference, 4], ['code', message.code, 3]].forEach(([label, digits, size]) => {
    if (!digits) return;
    const value = element('dd', '');
    const number = element('bdi', '', grouped(digits, size));
    number.dir = 'ltr';
    value.append(number);
    list.append(element('dt', '', words(label)), value);
  });
  made.append(list);
  if (message.code) countDown(made);
}

// Who looks over the shoulder a minute later sees that something was here, not what.
function countDown(made) {
  const end = Date.now() + CODE_SECONDS * 1000;
  const line = element('p', 'soft');
  line.setAttribute('role', 'timer');
  line.setAttribute('aria-live', 'off');
  made.append(line);
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    if (seconds <= 0) hideCode();
    else line.textContent = words('seconds', { seconds });
  };
  const timer = setInterval(tick, 500);
  hideCode = () => {
    clearInterval(timer);
    hideCode = null;
    made.textContent = '';
    const gone = paragraph(words('gone'));
    gone.className = 'soft';
    made.append(gone);
  };
  tick();
}

// What was said goes; a number and a code go first.
export function clearLog() {
  if (hideCode) hideCode();
  shown = new Set();
  log.textContent = '';
}

// Nothing of the page is left to see.
export function clearAll() {
  clearLog();
  texts = {};
  document.title = '';
  document.body.textContent = '';
}

again.addEventListener('click', () => {
  const action = retry;
  byId('send').focus();
  notice('');
  if (action) action();
});
