// Deciding by keys, in the list and on the page of one finding alike; a page says what its keys act on.
//
// page.current(): {id, mark, cause, verdict} or null; page.settle(act): what happens after a key decided;
// page.refresh(id): shows what is stored now; page.move(step): to the next (1) or previous (-1) finding.

import { token } from "./base.js";
import { bind, bound } from "./keys.js";

const urls = document.getElementById("urls").dataset;
const toast = document.getElementById("toast");
const helpDialog = document.getElementById("help-dialog");
const causeDialog = document.getElementById("cause-dialog");
const relabelDialog = document.getElementById("relabel-dialog");
const noteDialog = document.getElementById("note-dialog");
const assignDialog = document.getElementById("assign-dialog");
const bulkDialog = document.getElementById("bulk-dialog");
const OUT_OF_REACH = "没有送达：请核对网络，或工作台是否仍在运行。刚才的处理没有保存。";

let page = null;
let isHeld = false; // a key held down repeats itself: it may move on, it decides once
let fading = 0;
let line = Promise.resolve(); // acts go one after another, so that an undo never overtakes what it undoes

/** One line at the foot of the page, until the next one. */
export function tell(text, bad = false) {
  clearTimeout(fading);
  toast.textContent = text;
  toast.className = bad ? "toast bad" : "toast";
  toast.hidden = false;
  fading = setTimeout(() => { toast.hidden = true; }, bad ? 12000 : 4000);
}

/** The address of a finding, or of a part of it ("/decide"), with the filter in it. */
export function findingUrl(id, query, part = "") {
  return urls.finding.replace(/0$/, id) + part + (query ? `?${query}` : "");
}

/** Sends an act behind those already under way; what came of it, with ``ok``. Nothing is thrown. */
export function send(url, fields) {
  line = line.then(() => post(url, fields));
  return line;
}

/** Sends something at once; what came of it, with ``ok``. Nothing is thrown. */
export async function post(url, fields) {
  const headers = { "x-csrftoken": token(), accept: "application/json" };
  try {
    const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields), keepalive: true });
    if (answer.headers.get("content-type")?.startsWith("application/json")) return { ok: answer.ok, ...(await answer.json()) };
    return { ok: false, message: "没有做成：没有权限，或登录已过期。请刷新页面。" };
  } catch {
    return { ok: false, message: OUT_OF_REACH };
  }
}

function opened() {
  return [...document.querySelectorAll("dialog[open]")].at(-1) ?? null;
}

/** Opens a dialog; its value when it closes, "" where it was put away. */
function ask(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

/** What a deed needs to be told besides, as pairs; null where the person thought better of it. */
async function details(deed) {
  if (deed === "dismiss") {
    const cause = await ask(causeDialog);
    return cause ? [["cause", cause]] : null;
  }
  if (deed === "relabel") {
    for (const box of relabelDialog.querySelectorAll("input")) box.checked = false;
    if (!(await ask(relabelDialog))) return null;
    const labels = [...relabelDialog.querySelectorAll("input:checked")].map((box) => ["labels", box.value]);
    if (!labels.length) tell("没有改判：须至少选一个应有的类别。", true);
    return labels.length ? labels : null;
  }
  return [];
}

/** A key or button decides: the finding that is shown, or all of the bulk dialog while that is open. */
export async function decide(deed) {
  if (isHeld) return;
  const bulk = bulkForm();
  if (opened() && !bulk) return;
  const current = bulk ? null : page.current();
  if (!bulk && !current) return;
  if (!bulk && current.locked) return tell("这一条已签认，不能再改；按 n 可以写批注。", true);
  const told = await details(deed);
  if (told === null) return;
  if (bulk) return sendBulk(bulk, [["deed", deed], ...told, ["nature", bulk.elements.nature?.value ?? ""]]);
  const nature = deed === "confirm" ? page.nature() : "";
  page.settle(current, [["deed", deed], ["mark", current.mark], ["nature", nature], ...told]);
}

function bulkForm() {
  return bulkDialog && opened() === bulkDialog ? bulkDialog.querySelector("form") : null;
}

async function sendBulk(form, fields) {
  if (form.dataset.expected === "0") return;
  const query = form.dataset.query;
  bulkDialog.close();
  tell("正在整批处理…");
  const told = await send(`${urls.bulk}?${query}`, [...fields, ["expected", form.dataset.expected]]);
  tell(told.message, !told.ok);
  if (told.ok) await page.refresh(null);
}

/** The preview of deciding everything that a filter means. */
async function openBulk(query) {
  const body = document.getElementById("bulk-body");
  body.textContent = "正在数出符合的疑点…";
  bulkDialog.showModal();
  const answer = await fetch(`${urls.preview}?${query}`).catch(() => null);
  if (!answer?.ok) {
    bulkDialog.close();
    return tell("没能列出整批处理的内容，请刷新页面再试。", true);
  }
  body.innerHTML = await answer.text(); // our own page, escaped there
  body.querySelector("button[value='']").focus(); // not the field: keys decide here too
}

function openBulkOfCause() {
  const current = opened() ? null : page.current();
  if (!current) return;
  if (!current.cause) return tell("这一条没有同因的疑点。", true);
  openBulk(new URLSearchParams({ verdict: current.verdict, folded: "all", cause: current.cause }));
}

async function assign(asked) {
  const bulk = bulkForm();
  if (opened() && !bulk) return;
  const current = bulk ? null : page.current();
  if (!bulk && !current) return;
  let to = asked;
  if (to === null) {
    if (!(await ask(assignDialog))) return;
    to = assignDialog.querySelector("select").value;
  }
  if (bulk) return sendBulk(bulk, [["deed", "assign"], ["assignee", to]]);
  const told = await send(findingUrl(current.id, "", "/assign"), [["assignee", to]]);
  tell(told.message, !told.ok);
  if (told.ok) await page.refresh(current.id);
}

async function note() {
  const current = opened() ? null : page.current();
  if (!current) return;
  const text = noteDialog.querySelector("textarea");
  text.value = "";
  if (!(await ask(noteDialog)) || !text.value.trim()) return;
  const told = await send(findingUrl(current.id, "", "/note"), [["text", text.value]]);
  tell(told.message, !told.ok);
  if (told.ok) await page.refresh(current.id);
}

async function takeBack(url) {
  if (isHeld || opened()) return;
  const told = await send(url, []);
  tell(told.message, !told.ok || told.bad);
  if (told.ok) await page.refresh(told.finding ?? null);
}

function help() {
  if (opened()) return;
  const names = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→" };
  helpDialog.querySelector("tbody").replaceChildren(...bound().map(({ key, label }) => {
    const row = document.createElement("tr");
    const keyboard = document.createElement("kbd");
    keyboard.textContent = names[key] ?? key;
    row.insertCell().append(keyboard);
    row.insertCell().append(label);
    return row;
  }));
  helpDialog.showModal();
}

function chooseCause(number) {
  if (opened() === causeDialog) causeDialog.querySelectorAll("button[value]")[number - 1]?.click();
}

function move(step) {
  if (!opened()) page.move(step);
}

const ACTS = {
  confirm: () => decide("confirm"),
  dismiss: () => decide("dismiss"),
  relabel: () => decide("relabel"),
  skip: () => decide("skip"),
  reopen: () => decide("reopen"),
  mine: () => assign("me"),
  assign: () => assign(null),
  note,
  bulk: openBulkOfCause,
  "bulk-all": () => opened() || openBulk(page.query()),
  undo: () => takeBack(urls.undo),
  redo: () => takeBack(urls.redo),
  help,
};

/** Binds the keys of a page; called once. Whoever may not decide only moves and looks. */
export function start(adapter, arrows) {
  page = adapter;
  bind("j", "下一条", () => move(1));
  bind("k", "上一条", () => move(-1));
  bind(arrows[1], "下一条", () => move(1));
  bind(arrows[0], "上一条", () => move(-1));
  if (urls.undo) bindDeeds();
  bind("/", "在疑点中找", () => opened() || page.search());
  bind("?", "列出全部按键", help);
  document.addEventListener("keydown", (event) => { isHeld = event.repeat; }, { capture: true });
  document.addEventListener("keyup", () => { isHeld = false; }, { capture: true });
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onField);
}

function bindDeeds() {
  bind("c", "确认", ACTS.confirm);
  bind("d", "排除，再按 1–5 选原因", ACTS.dismiss);
  [...causeDialog.querySelectorAll("li button")].forEach((button, place) => {
    bind(String(place + 1), `排除原因：${button.lastChild.textContent.trim()}`, () => chooseCause(place + 1));
  });
  bind("r", "改判为别的类别", ACTS.relabel);
  bind("s", "暂缓，排到最后", ACTS.skip);
  bind("o", "恢复为待复核", ACTS.reopen);
  bind("a", "分派给我", ACTS.mine);
  bind("n", "写批注", ACTS.note);
  bind("b", "同因的一起处理", ACTS.bulk);
  bind("B", "当前筛选的全部一起处理", ACTS["bulk-all"]);
  bind("u", "撤销我的上一步", ACTS.undo);
  bind("U", "重做刚撤销的一步", ACTS.redo);
}

function onClick(event) {
  const act = event.target instanceof Element ? event.target.closest("[data-act]")?.dataset.act : null;
  if (act) ACTS[act]();
}

// In a field: Ctrl+Enter is its button, Escape leaves it, so that keys are keys again.
function onField(event) {
  if (event.isComposing || !(event.target instanceof HTMLElement)) return;
  const field = event.target.closest("textarea, input, select");
  if (!field) return;
  if (event.key === "Enter" && event.ctrlKey) field.form?.querySelector("button.primary")?.click();
  if (event.key === "Escape" && !opened()) field.blur();
}
