// The list by keys: a cursor row, on which the same keys act as on the page of a finding.

import { findingUrl, send, start, tell } from "./deciding.js";

const rows = () => [...document.querySelectorAll("tr[data-id]")];
const query = () => document.getElementById("queue").dataset.query;
let cursor = null; // id of the row that keys act on

function row() {
  return rows().find((each) => each.dataset.id === cursor) ?? null;
}

function point(target) {
  for (const each of rows()) each.classList.toggle("cursor", each === target);
  cursor = target?.dataset.id ?? null;
  target?.querySelector("a").focus({ preventScroll: true });
  target?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  const at = all.indexOf(row());
  if (at + step >= all.length) {
    const next = document.querySelector("a[rel=next]");
    if (next) next.click();
    else tell("已是最后一条。");
  } else point(all[at < 0 ? 0 : Math.max(0, at + step)]);
}

/** Decided in place: the row stays where it is, marked, and the cursor goes on. */
async function settle(current, fields) {
  const decided = row();
  move(1);
  decided.classList.add("settled");
  const told = await send(findingUrl(current.id, query(), "/decide"), fields);
  tell(told.message, !told.ok);
  if (!told.ok) return refresh(current.id);
  decided.dataset.mark = told.mark;
  decided.querySelector("[data-status]").textContent = told.status;
}

/** The list as it is stored now, the cursor where it was or on the finding that changed. */
async function refresh(id) {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("queue");
  if (!fresh) return;
  const at = rows().indexOf(row());
  document.getElementById("queue").replaceWith(document.importNode(fresh, true));
  const wanted = id === null ? null : rows().find((each) => each.dataset.id === String(id));
  point(wanted ?? row() ?? rows()[Math.min(Math.max(at, 0), rows().length - 1)] ?? null);
}

const page = {
  current() {
    const at = row();
    if (!at) {
      tell("先用 j、k 选一条。");
      return null;
    }
    const { id, mark, cause, verdict } = at.dataset;
    return { id, mark, cause, verdict, locked: at.classList.contains("locked") };
  },
  nature: () => "",
  query,
  settle,
  move,
  refresh,
  search: () => document.getElementById("q").select(),
};

document.addEventListener("focusin", (event) => {
  const at = event.target instanceof Element ? event.target.closest("tr[data-id]") : null;
  if (at && at.dataset.id !== cursor) point(at);
});

start(page, ["ArrowUp", "ArrowDown"]);
if (location.hash === "#q") page.search();
else if (rows().length) point(rows()[0]);
